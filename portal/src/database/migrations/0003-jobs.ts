import { type Kysely, sql } from "kysely";

/** What is done to tenants, how far it got, and where a tenant is reached. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("tenant").addColumn("url", "text").addColumn("ready_at", "timestamptz").execute();

  await database.schema
    .createTable("job")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("number", "bigint", (column) => column.generatedAlwaysAsIdentity().notNull().unique())
    .addColumn("tenant_id", "text", (column) => column.notNull().references("tenant.id"))
    .addColumn("kind", "text", (column) => column.notNull().check(sql`kind in ('create')`))
    .addColumn("delivery_id", "uuid", (column) => column.notNull().unique())
    .addColumn("state", "text", (column) =>
      column.notNull().check(sql`state in ('queued', 'running', 'done', 'failed', 'cancelled')`),
    )
    .addColumn("queued_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn("started_at", "timestamptz")
    .addColumn("ended_at", "timestamptz")
    .addColumn("cancel_requested_at", "timestamptz")
    .execute();
  // Whatever the program does, a tenant has one job at a time.
  await sql`create unique index job_unfinished on job (tenant_id) where state in ('queued', 'running')`.execute(
    database,
  );
  await database.schema.createIndex("job_tenant").on("job").columns(["tenant_id", "number"]).execute();

  await database.schema
    .createTable("job_event")
    .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn("job_id", "text", (column) => column.notNull().references("job.id"))
    .addColumn("phase", "text", (column) => column.notNull())
    .addColumn("at", "timestamptz", (column) => column.notNull().defaultTo(sql`clock_timestamp()`))
    .execute();
  await database.schema.createIndex("job_event_job").on("job_event").columns(["job_id", "id"]).execute();
}
