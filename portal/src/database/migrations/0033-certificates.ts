import { type Kysely, sql } from "kysely";

/** What the names at the fleet's edges are served with, as its Prometheuses told a worker last. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("certificate_look")
    .addColumn("monitor", "text", (column) => column.primaryKey())
    .addColumn("answered_at", "timestamptz", (column) => column.notNull())
    .execute();
  await database.schema
    .createTable("certificate")
    .addColumn("monitor", "text", (column) =>
      column.notNull().references("certificate_look.monitor").onDelete("cascade"),
    )
    .addColumn("host", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("tenant", "text", (column) => column.notNull())
    .addColumn("authority", "text", (column) => column.notNull().check(sql`authority in ('acme', 'internal')`))
    .addColumn("ends_at", "timestamptz")
    .addPrimaryKeyConstraint("certificate_key", ["monitor", "host", "name"])
    .execute();
}
