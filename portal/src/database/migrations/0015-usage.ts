import { type Kysely, sql } from "kysely";

/**
 * What tenants use: spans of time in which nothing of them changed that is counted, and how much they have stored. Of tenants that are there already
 * the first span begins when a worker looks next.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("usage_span")
    .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn("tenant_id", "text", (column) => column.notNull().references("tenant.id"))
    .addColumn("plan", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull().check(sql`state in ('running', 'suspended')`))
    .addColumn("reason", "text")
    .addColumn("from_at", "timestamptz", (column) => column.notNull())
    .addColumn("to_at", "timestamptz")
    .addCheckConstraint("usage_span_forward", sql`to_at is null or to_at >= from_at`)
    .execute();
  // What makes it impossible to count a tenant twice, whatever the program does.
  await sql`create unique index usage_span_open on usage_span (tenant_id) where to_at is null`.execute(database);
  await database.schema.createIndex("usage_span_tenant").on("usage_span").columns(["tenant_id", "from_at"]).execute();
  await database.schema
    .createTable("usage_size")
    .addColumn("tenant_id", "text", (column) => column.notNull().references("tenant.id"))
    .addColumn("month", "text", (column) => column.notNull().check(sql`month ~ '^\\d{4}-\\d{2}$'`))
    .addColumn("database_bytes", "bigint", (column) => column.notNull())
    .addColumn("database_most", "bigint", (column) => column.notNull())
    .addColumn("files_bytes", "bigint", (column) => column.notNull())
    .addColumn("files_most", "bigint", (column) => column.notNull())
    .addColumn("read_at", "timestamptz", (column) => column.notNull())
    .addPrimaryKeyConstraint("usage_size_pkey", ["tenant_id", "month"])
    .execute();
}
