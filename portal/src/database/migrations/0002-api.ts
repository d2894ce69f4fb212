import { type Kysely, sql } from "kysely";

/** Tokens of the API, and the answers that belong to idempotency keys. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("api_token")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("customer_id", "text", (column) => column.notNull().references("customer.id"))
    .addColumn("token_hash", "text", (column) => column.notNull().unique())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("scopes", sql`text[]`, (column) => column.notNull())
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn("revoked_at", "timestamptz")
    .execute();
  await database.schema.createIndex("api_token_customer").on("api_token").column("customer_id").execute();

  await database.schema
    .createTable("idempotency")
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addColumn("status", "integer", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint("idempotency_key", ["owner", "key"])
    .execute();
  await database.schema.createIndex("idempotency_age").on("idempotency").column("created_at").execute();
}
