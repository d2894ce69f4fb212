import { type Kysely, sql } from "kysely";

/** Tenants that a visit wakes: after how many minutes without one they sleep again, with what they were brought up, and since when they are awake. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const minutes = (column: string) => sql`${sql.ref(column)} between 15 and 1440`;
  await database.schema
    .alterTable("tenant")
    .addColumn("sleep_after", "integer", (column) => column.check(minutes("sleep_after")))
    .addColumn("made_sleep_after", "integer", (column) => column.check(minutes("made_sleep_after")))
    .addColumn("woken_at", "timestamptz")
    .execute();
  await database.schema.alterTable("job").dropConstraint("job_kind_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint(
      "job_kind_check",
      sql`kind in ('create', 'suspend', 'resume', 'wake', 'resize', 'domains', 'restore', 'undo', 'settle', 'export', 'password', 'copy', 'removeCopy', 'remove', 'delete', 'erase')`,
    )
    .execute();
}
