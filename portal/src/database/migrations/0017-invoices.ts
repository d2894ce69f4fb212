import { type Kysely, sql } from "kysely";

/** Invoices. The database itself refuses to change one, and a number is taken in the transaction that makes its invoice or not at all. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("usage_span")
    .addColumn("is_trial", "boolean", (column) => column.notNull().defaultTo(false))
    .execute();
  await database.schema
    .createTable("billing")
    .addColumn("customer_id", "text", (column) => column.primaryKey().references("customer.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("address", sql`text[]`, (column) => column.notNull())
    .addColumn("country", "text", (column) => column.notNull().check(sql`country ~ '^[A-Z]{2}$'`))
    .addColumn("vat_id", "text")
    .addColumn("changed_at", "timestamptz", (column) => column.notNull())
    .execute();
  await database.schema
    .createTable("invoice_counter")
    .addColumn("year", "integer", (column) => column.primaryKey())
    .addColumn("last", "integer", (column) => column.notNull())
    .execute();
  await database.schema
    .createTable("invoice")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("number", "bigint", (column) => column.generatedAlwaysAsIdentity().unique().notNull())
    .addColumn("year", "integer", (column) => column.notNull())
    .addColumn("sequence", "integer", (column) => column.notNull().check(sql`sequence > 0`))
    .addColumn("customer_id", "text", (column) => column.notNull().references("customer.id"))
    .addColumn("month", "text", (column) => column.notNull().check(sql`month ~ '^\\d{4}-\\d{2}$'`))
    .addColumn("currency", "text", (column) => column.notNull())
    // Which one of its month it is: each credit note may be followed by another.
    .addColumn("attempt", "integer", (column) => column.notNull())
    .addColumn("credits", "text", (column) => column.unique().references("invoice.id"))
    .addColumn("reason", "text")
    .addColumn("is_issued_again", "boolean", (column) => column.notNull().defaultTo(false))
    .addColumn("seller", "jsonb", (column) => column.notNull())
    .addColumn("buyer", "jsonb", (column) => column.notNull())
    .addColumn("lines", "jsonb", (column) => column.notNull())
    .addColumn("net", "bigint", (column) => column.notNull())
    .addColumn("vat_rate", "integer", (column) => column.notNull())
    .addColumn("vat", "bigint", (column) => column.notNull())
    .addColumn("gross", "bigint", (column) => column.notNull())
    .addColumn("issued_at", "timestamptz", (column) => column.notNull())
    .addColumn("due_at", "timestamptz")
    .addUniqueConstraint("invoice_number_once", ["year", "sequence"])
    .addCheckConstraint("invoice_sum", sql`gross = net + vat`)
    .execute();
  await sql`create unique index invoice_month_once on invoice (customer_id, month, currency, attempt) where credits is null`.execute(
    database,
  );
  await sql`
    create function invoice_is_immutable() returns trigger language plpgsql as $$
    begin
      raise exception 'an invoice is immutable: % is refused; a credit note cancels it', tg_op using errcode = 'insufficient_privilege';
    end $$`.execute(database);
  await sql`
    create trigger invoice_immutable before update or delete or truncate on invoice
    for each statement execute function invoice_is_immutable()`.execute(database);
}
