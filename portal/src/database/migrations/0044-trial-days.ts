import { type Kysely, sql } from "kysely";

/** How long a trial lasts, as it was ordered: what plans offer changes, and some aren't sold any more when their turn comes. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("order")
    .addColumn("trial_days", "integer", (column) =>
      column.check(sql`trial_days is null or (is_trial and trial_days > 0)`),
    )
    .execute();
}
