import { type Kysely, sql } from "kysely";

/** What plans hold, as the worker found it in the fleet's settings, and how long orders took. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("plan_content")
    .addColumn("plan", "text", (column) => column.primaryKey())
    .addColumn("content", "jsonb", (column) => column.notNull())
    .execute();
  // The newest finished orders are found without a look at any other job.
  await sql`create index job_created on job (number) where kind = 'create' and state = 'done'`.execute(database);
}
