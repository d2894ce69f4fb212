import { type Kysely, sql } from "kysely";

/** What was paid of invoices, and what the payment service is asked for. Payments are beside the invoices, which nothing changes. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("order").addColumn("card_by", "timestamptz").execute();
  await database.schema
    .createTable("payer")
    .addColumn("customer_id", "text", (column) => column.primaryKey().references("customer.id"))
    .addColumn("service_id", "text", (column) => column.notNull().unique())
    .addColumn("card_at", "timestamptz")
    .execute();
  await database.schema
    .createTable("checkout")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("customer_id", "text", (column) => column.notNull().references("customer.id"))
    .addColumn("invoice_id", "text", (column) => column.references("invoice.id"))
    .addColumn("order_id", "text", (column) => column.references("order.id"))
    .addColumn("asked_at", "timestamptz", (column) => column.notNull())
    .addColumn("until", "timestamptz", (column) => column.notNull())
    .addColumn("tried_at", "timestamptz")
    .addColumn("url", "text")
    .addColumn("is_refused", "boolean", (column) => column.notNull().defaultTo(false))
    .addCheckConstraint("checkout_of_one", sql`(invoice_id is null) <> (order_id is null)`)
    .execute();
  await database.schema.createIndex("checkout_until").on("checkout").column("until").execute();
  await database.schema
    .createTable("charge")
    .addColumn("invoice_id", "text", (column) => column.primaryKey().references("invoice.id"))
    .addColumn("state", "text", (column) => column.notNull().check(sql`state in ('taken', 'declined')`))
    .addColumn("tried_at", "timestamptz", (column) => column.notNull())
    .addColumn("told_at", "timestamptz")
    .execute();
  await database.schema
    .createTable("payment")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("invoice_id", "text", (column) => column.notNull().references("invoice.id"))
    .addColumn("way", "text", (column) => column.notNull().check(sql`way in ('stripe', 'operator')`))
    .addColumn("reference", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull().check(sql`state in ('paid', 'refunding', 'refunded')`))
    .addColumn("paid_at", "timestamptz", (column) => column.notNull())
    .addColumn("tried_at", "timestamptz")
    .addColumn("told_at", "timestamptz")
    .execute();
  await database.schema.createIndex("payment_invoice").on("payment").column("invoice_id").execute();
  // One that is noted twice, and a second one of an invoice, are refused by the database itself.
  await sql`create unique index payment_once on payment (reference) where way = 'stripe'`.execute(database);
  await sql`create unique index payment_of_invoice on payment (invoice_id) where state = 'paid'`.execute(database);
  await database.schema
    .createTable("payment_event")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("at", "timestamptz", (column) => column.notNull())
    .execute();
}
