import { type Kysely, sql } from "kysely";

/** How a tenant ends: when it is to be deleted, what was told of it, and what of it is left. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("tenant")
    .addColumn("delete_at", "timestamptz")
    .addColumn("deletion_told_at", "timestamptz")
    .addColumn("keep_until", "timestamptz")
    .addColumn("data_erased_at", "timestamptz")
    .addColumn("erased_at", "timestamptz")
    .execute();
  await database.schema
    .alterTable("tenant")
    .addCheckConstraint("tenant_erased_was_deleted", sql`erased_at is null or deleted_at is not null`)
    .execute();
  await database.schema.alterTable("job").dropConstraint("job_kind_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint("job_kind_check", sql`kind in ('create', 'suspend', 'resume', 'remove', 'delete', 'erase')`)
    .execute();
}
