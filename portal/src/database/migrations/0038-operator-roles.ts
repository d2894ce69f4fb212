import { type Kysely, sql } from "kysely";

/** What operators may: those who are some already may all. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("operator")
    .addColumn("role", "text", (column) =>
      column
        .notNull()
        .defaultTo("admin")
        .check(sql`role in ('admin', 'support', 'billing')`),
    )
    .execute();
}
