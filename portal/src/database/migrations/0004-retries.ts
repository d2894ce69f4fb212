import { type Kysely, sql } from "kysely";

/** Why a job failed. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("job")
    .addColumn("failure", "text", (column) => column.check(sql`failure in ('policy', 'fault')`))
    .execute();
}
