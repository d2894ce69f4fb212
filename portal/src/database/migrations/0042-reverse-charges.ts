import type { Kysely } from "kysely";

/** Whether the buyer of an invoice accounts for its VAT. Those that are there had the seller's rate. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("invoice")
    .addColumn("is_reverse_charged", "boolean", (column) => column.notNull().defaultTo(false))
    .execute();
}
