import type { Kysely } from "kysely";

/** Why an operator suspended a tenant, in his words. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("tenant").addColumn("suspension_reason", "text").execute();
}
