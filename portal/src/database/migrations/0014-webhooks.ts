import { type Kysely, sql } from "kysely";

/** Webhooks: who is told of which events, what signs that, and each try of it. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const now = sql`now()`;
  await database.schema
    .createTable("webhook")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("number", "bigint", (column) => column.generatedAlwaysAsIdentity().unique().notNull())
    .addColumn("customer_id", "text", (column) => column.notNull().references("customer.id"))
    .addColumn("reach", "text", (column) => column.notNull().check(sql`reach in ('own', 'all')`))
    .addColumn("url", "text", (column) => column.notNull())
    .addColumn("events", sql`text[]`, (column) => column.notNull())
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(now))
    .addColumn("failing_since", "timestamptz")
    .addColumn("disabled_at", "timestamptz")
    .addColumn("disabled_why", "text", (column) => column.check(sql`disabled_why in ('gone', 'failing')`))
    .addColumn("told_at", "timestamptz")
    .addCheckConstraint("webhook_disabled", sql`(disabled_at is null) = (disabled_why is null)`)
    .execute();
  await database.schema.createIndex("webhook_customer").on("webhook").columns(["customer_id", "number"]).execute();
  await database.schema
    .createTable("webhook_secret")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("webhook_id", "text", (column) => column.notNull().references("webhook.id").onDelete("cascade"))
    .addColumn("sealed", "text", (column) => column.notNull())
    .addColumn("created_at", "timestamptz", (column) => column.notNull())
    .addColumn("ends_at", "timestamptz")
    .execute();
  await database.schema.createIndex("webhook_secret_webhook").on("webhook_secret").column("webhook_id").execute();
  await database.schema
    .createTable("webhook_key")
    .addColumn("is_only", "boolean", (column) => column.primaryKey().check(sql`is_only`))
    .addColumn("public_key", "text", (column) => column.notNull())
    .execute();
  await database.schema
    .createTable("webhook_event")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(now))
    .execute();
  await database.schema.createIndex("webhook_event_created").on("webhook_event").column("created_at").execute();
  await database.schema
    .createTable("webhook_delivery")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("number", "bigint", (column) => column.generatedAlwaysAsIdentity().unique().notNull())
    .addColumn("webhook_id", "text", (column) => column.notNull().references("webhook.id").onDelete("cascade"))
    .addColumn("event_id", "text", (column) => column.notNull().references("webhook_event.id").onDelete("cascade"))
    .addColumn("state", "text", (column) => column.notNull().check(sql`state in ('pending', 'done', 'failed')`))
    .addColumn("tries", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("next_at", "timestamptz")
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(now))
    .addColumn("ended_at", "timestamptz")
    .addCheckConstraint("webhook_delivery_next", sql`(state = 'pending') = (next_at is not null)`)
    .execute();
  await database.schema
    .createIndex("webhook_delivery_webhook")
    .on("webhook_delivery")
    .columns(["webhook_id", "number"])
    .execute();
  await database.schema.createIndex("webhook_delivery_event").on("webhook_delivery").column("event_id").execute();
  // What is due is asked each second, without a look at what is over.
  await sql`create index webhook_delivery_due on webhook_delivery (next_at) where state = 'pending'`.execute(database);
  await database.schema
    .createTable("webhook_attempt")
    .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn("delivery_id", "text", (column) =>
      column.notNull().references("webhook_delivery.id").onDelete("cascade"),
    )
    .addColumn("at", "timestamptz", (column) => column.notNull())
    .addColumn("milliseconds", "integer", (column) => column.notNull())
    .addColumn("status", "integer")
    .addColumn("fault", "text")
    .addColumn("answer", "text")
    .execute();
  await database.schema
    .createIndex("webhook_attempt_delivery")
    .on("webhook_attempt")
    .columns(["delivery_id", "id"])
    .execute();
}
