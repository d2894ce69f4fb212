import { type Kysely, sql } from "kysely";

/** Customers, their tenants, orders and confirmations. Once released, a migration is never edited: what changes is in the next one. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("customer")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("email", "text", (column) =>
      column
        .notNull()
        .unique()
        .check(sql`email = lower(email)`),
    )
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .execute();

  await database.schema
    .createTable("tenant")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("customer_id", "text", (column) => column.notNull().references("customer.id"))
    .addColumn("address", "text", (column) => column.notNull())
    .addColumn("company", "text", (column) => column.notNull())
    .addColumn("plan", "text", (column) => column.notNull())
    .addColumn("odoo_version", "text", (column) => column.notNull())
    .addColumn("host", "text")
    .addColumn("slot", "integer")
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn("withdrawn_at", "timestamptz")
    .addColumn("deleted_at", "timestamptz")
    .addCheckConstraint("tenant_place", sql`(host is null) = (slot is null)`)
    .addCheckConstraint("tenant_gone_has_no_place", sql`slot is null or (withdrawn_at is null and deleted_at is null)`)
    .execute();
  // What makes a double sale impossible, whatever the program does.
  await database.schema
    .createIndex("tenant_host_slot")
    .unique()
    .on("tenant")
    .columns(["host", "slot"])
    .where(sql.ref("slot"), "is not", null)
    .execute();
  await sql`create unique index tenant_address on tenant (address) where withdrawn_at is null and deleted_at is null`.execute(
    database,
  );
  await database.schema.createIndex("tenant_customer").on("tenant").column("customer_id").execute();

  await database.schema
    .createTable("order")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("number", "bigint", (column) => column.generatedAlwaysAsIdentity().notNull().unique())
    .addColumn("customer_id", "text", (column) => column.notNull().references("customer.id"))
    .addColumn("tenant_id", "text", (column) => column.notNull().unique().references("tenant.id"))
    .addColumn("plan", "text", (column) => column.notNull())
    .addColumn("price", "integer", (column) => column.notNull().check(sql`price >= 0`))
    .addColumn("currency", "text", (column) => column.notNull())
    .addColumn("is_trial", "boolean", (column) => column.notNull())
    .addColumn("state", "text", (column) =>
      column.notNull().check(sql`state in ('unconfirmed', 'confirmed', 'cancelled', 'expired')`),
    )
    .addColumn("placed_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn("confirm_by", "timestamptz", (column) => column.notNull())
    .addColumn("confirmed_at", "timestamptz")
    .execute();
  await database.schema.createIndex("order_customer").on("order").columns(["customer_id", "number"]).execute();

  await database.schema
    .createTable("confirmation")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("order_id", "text", (column) => column.notNull().references("order.id"))
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn("used_at", "timestamptz")
    .execute();
}
