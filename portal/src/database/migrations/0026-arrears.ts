import { type Kysely, sql } from "kysely";

/** What follows when an invoice isn't paid. Those that are there already are noted, so that nobody is suspended for what he may have paid before payments were. A customer has a language to be reminded in. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("customer")
    .addColumn("deferred_until", "timestamptz")
    .addColumn("language", "text", (column) => column.check(sql`language in ('en', 'fr')`))
    .execute();
  await database.schema.alterTable("tenant").addColumn("unpaid_at", "timestamptz").execute();
  await database.schema
    .createTable("reminder")
    .addColumn("invoice_id", "text", (column) => column.notNull().references("invoice.id"))
    .addColumn("step", "text", (column) =>
      column.notNull().check(sql`step in ('former', 'soon', 'overdue', 'last', 'suspended')`),
    )
    .addColumn("of_at", "timestamptz", (column) => column.notNull())
    .addColumn("sent_at", "timestamptz", (column) => column.notNull())
    .addPrimaryKeyConstraint("reminder_pkey", ["invoice_id", "step", "of_at"])
    .execute();
  await sql`insert into reminder (invoice_id, step, of_at, sent_at)
    select id, 'former', issued_at, now() from invoice where credits is null`.execute(database);
}
