import { type Kysely, sql } from "kysely";

/** Payments that their service takes back from the seller, and what operators are told of that. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("payment").dropConstraint("payment_state_check").execute();
  await database.schema
    .alterTable("payment")
    .addCheckConstraint("payment_state_check", sql`state in ('paid', 'refunding', 'refunded', 'lost')`)
    .execute();
  await database.schema
    .createTable("payment_notice")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("invoice_id", "text", (column) => column.notNull().references("invoice.id"))
    .addColumn("what", "text", (column) =>
      column.notNull().check(sql`what in ('refunded', 'refundedInPart', 'disputed', 'won', 'lost')`),
    )
    .addColumn("amount", "bigint", (column) => column.notNull())
    .addColumn("answer_by", "timestamptz")
    .addColumn("at", "timestamptz", (column) => column.notNull())
    .addColumn("told_at", "timestamptz")
    .execute();
}
