import { type Kysely, sql } from "kysely";

/** Links by which customers set the passwords of their tenants' administrators, on their way to the worker. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("password_link")
    .addColumn("tenant_id", "text", (column) => column.primaryKey().references("tenant.id"))
    .addColumn("token_hash", "text", (column) => column.notNull().check(sql`token_hash ~ '^[0-9a-f]{64}$'`))
    .addColumn("until", "timestamptz", (column) => column.notNull())
    .execute();
  await database.schema.alterTable("job").dropConstraint("job_kind_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint(
      "job_kind_check",
      sql`kind in ('create', 'suspend', 'resume', 'resize', 'restore', 'undo', 'settle', 'export', 'password', 'remove', 'delete', 'erase')`,
    )
    .execute();
}
