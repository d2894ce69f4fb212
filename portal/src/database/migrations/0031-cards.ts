import { type Kysely, sql } from "kysely";

/** Which cards customers have at the payment service, as far as they have to know them; and pages that store one for no order. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("card")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("customer_id", "text", (column) => column.notNull().references("payer.customer_id"))
    .addColumn("service_id", "text", (column) => column.notNull().unique())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("last4", "text")
    .addColumn("expires", "text")
    .addColumn("place", "integer", (column) => column.notNull())
    .addColumn("removed_at", "timestamptz")
    .addColumn("tried_at", "timestamptz")
    .execute();
  await database.schema.createIndex("card_customer").on("card").column("customer_id").execute();
  await database.schema.alterTable("payer").addColumn("cards_due_at", "timestamptz").execute();
  // The portal compares it, and knows no microseconds.
  await sql`update payer set cards_due_at = date_trunc('milliseconds', now()) where card_at is not null`.execute(
    database,
  );
  await database.schema.alterTable("checkout").dropConstraint("checkout_of_one").execute();
  await database.schema
    .alterTable("checkout")
    .addCheckConstraint("checkout_of_one", sql`invoice_id is null or order_id is null`)
    .execute();
}
