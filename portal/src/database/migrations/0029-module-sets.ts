import { type Kysely, sql } from "kysely";

/** What a tenant was ordered with: names of sets of modules, and the modules themselves. Those that are there were ordered with none. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("tenant")
    .addColumn("sets", sql`text[]`, (column) => column.notNull().defaultTo(sql`'{}'`))
    .addColumn("modules", sql`text[]`, (column) => column.notNull().defaultTo(sql`'{}'`))
    .execute();
}
