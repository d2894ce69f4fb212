import type { Kysely } from "kysely";

/** What the fleet's Alertmanagers told a worker last, one row each. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("alert_look")
    .addColumn("host", "text", (column) => column.primaryKey())
    .addColumn("asked_at", "timestamptz", (column) => column.notNull())
    .addColumn("answered_at", "timestamptz")
    .addColumn("dashboards", "text")
    .addColumn("alerts", "jsonb", (column) => column.notNull())
    .execute();
}
