import type { Kysely } from "kysely";

/** The end of what was said of a job's failure, for operators. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("job").addColumn("fault", "text").execute();
}
