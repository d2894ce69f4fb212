import { type Kysely, sql } from "kysely";

/** What a plan costs while its tenant sleeps by its hours, as it was ordered or changed to; and how much memory tenants take. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const table of ["order", "plan_change"]) {
    await database.schema
      .alterTable(table)
      .addColumn("asleep_price", "integer", (column) => column.check(sql`asleep_price between 0 and price`))
      .execute();
  }
  await database.schema
    .alterTable("usage_size")
    .addColumn("memory_bytes", "bigint")
    .addColumn("memory_most", "bigint")
    .execute();
}
