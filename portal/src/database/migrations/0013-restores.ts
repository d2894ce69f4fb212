import { type Kysely, sql } from "kysely";

/** What can be restored of tenants, as the worker found it, and what was. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("tenant")
    .addColumn("restored", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await database.schema
    .createTable("backup_fact")
    .addColumn("tenant_id", "text", (column) => column.primaryKey().references("tenant.id"))
    .addColumn("from_at", "timestamptz")
    .addColumn("database_at", "timestamptz")
    .addColumn("files_at", "timestamptz")
    .addColumn("proven_at", "timestamptz")
    .addColumn("is_unproven", "boolean", (column) => column.notNull())
    .addColumn("read_at", "timestamptz", (column) => column.notNull())
    .execute();
  await database.schema
    .createTable("restore")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("number", "bigint", (column) => column.generatedAlwaysAsIdentity().unique().notNull())
    .addColumn("tenant_id", "text", (column) => column.notNull().references("tenant.id"))
    .addColumn("at", "timestamptz", (column) => column.notNull())
    .addColumn("step", "text", (column) =>
      column
        .notNull()
        .check(sql`step in ('asked', 'switching', 'done', 'failed', 'undoing', 'switchingBack', 'undone', 'settled')`),
    )
    .addColumn("generation", "integer")
    .addColumn("asked_at", "timestamptz", (column) => column.notNull())
    .addColumn("done_at", "timestamptz")
    .addColumn("undo_until", "timestamptz")
    .addColumn("undone_at", "timestamptz")
    .execute();
  await database.schema.createIndex("restore_tenant").on("restore").columns(["tenant_id", "number"]).execute();
  await database.schema.alterTable("job").dropConstraint("job_kind_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint(
      "job_kind_check",
      sql`kind in ('create', 'suspend', 'resume', 'resize', 'restore', 'undo', 'settle', 'remove', 'delete', 'erase')`,
    )
    .execute();
  await database.schema.alterTable("job").dropConstraint("job_failure_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint("job_failure_check", sql`failure in ('policy', 'restore', 'fault')`)
    .execute();
}
