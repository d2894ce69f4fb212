import { type Kysely, sql } from "kysely";

/** Staging copies of tenants: each is a tenant without an order, of which its customer sees what his tenant's copy is. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("tenant")
    .addColumn("copy_of", "text", (column) => column.references("tenant.id"))
    .addColumn("copy_until", "timestamptz")
    .addColumn("copy_filled", "integer")
    .addColumn("copied_at", "timestamptz")
    .execute();
  await database.schema
    .alterTable("tenant")
    .addCheckConstraint("tenant_copy_check", sql`(copy_of is null) = (copy_until is null)`)
    .execute();
  await sql`create unique index tenant_copy_once on tenant (copy_of) where withdrawn_at is null`.execute(database);
  await database.schema.alterTable("job").dropConstraint("job_kind_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint(
      "job_kind_check",
      sql`kind in ('create', 'suspend', 'resume', 'resize', 'restore', 'undo', 'settle', 'export', 'password', 'copy', 'removeCopy', 'remove', 'delete', 'erase')`,
    )
    .execute();
}
