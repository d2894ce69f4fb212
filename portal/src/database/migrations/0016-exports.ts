import { type Kysely, sql } from "kysely";

/** Exports of tenants, for their customers to download. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("export")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("number", "bigint", (column) => column.generatedAlwaysAsIdentity().unique().notNull())
    .addColumn("tenant_id", "text", (column) => column.notNull().references("tenant.id"))
    .addColumn("step", "text", (column) =>
      column.notNull().check(sql`step in ('asked', 'ready', 'failed', 'replaced')`),
    )
    .addColumn("asked_at", "timestamptz", (column) => column.notNull())
    .addColumn("ready_at", "timestamptz")
    .addColumn("until", "timestamptz")
    .addColumn("bytes", "bigint")
    .addColumn("sha256", "text")
    .execute();
  await database.schema.createIndex("export_tenant").on("export").columns(["tenant_id", "number"]).execute();
  await database.schema.alterTable("job").dropConstraint("job_kind_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint(
      "job_kind_check",
      sql`kind in ('create', 'suspend', 'resume', 'resize', 'restore', 'undo', 'settle', 'export', 'remove', 'delete', 'erase')`,
    )
    .execute();
}
