import type { Kysely } from "kysely";

/** Since when a proven domain isn't its tenant's any more by what DNS says, and when its customer was told. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("tenant_domain")
    .addColumn("lost_at", "timestamptz")
    .addColumn("lost_told_at", "timestamptz")
    .execute();
}
