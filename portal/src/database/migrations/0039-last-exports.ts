import type { Kysely } from "kysely";

/** The export that is made before a tenant is deleted, of which its customer is told by mail. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("export")
    .addColumn("is_last", "boolean", (column) => column.notNull().defaultTo(false))
    .addColumn("to_be_told", "boolean", (column) => column.notNull().defaultTo(false))
    .execute();
}
