import type { Database } from "../database/connect.ts";
import type { Party } from "../database/invoiceTables.ts";

/** Who is billed, as the customer says. */
export interface BillingView {
  readonly name: string;
  readonly address: readonly string[];
  readonly country: string;
  readonly vatId: string | null;
}

/** Who is billed of a customer's; null: he didn't say yet. */
export async function readBilling(database: Database, customer: string): Promise<BillingView | null> {
  const row = await database.selectFrom("billing").selectAll().where("customer_id", "=", customer).executeTakeFirst();
  return row ? { name: row.name, address: row.address, country: row.country, vatId: row.vat_id } : null;
}

/** Sets who is billed from now on; invoices that are there stay as they are. */
export async function setBilling(
  transaction: Database,
  customer: string,
  { name, address, country, vatId }: BillingView,
  now: Date,
): Promise<void> {
  const values = { name, address: [...address], country, vat_id: vatId, changed_at: now };
  await transaction
    .insertInto("billing")
    .values({ customer_id: customer, ...values })
    .onConflict((conflict) => conflict.column("customer_id").doUpdateSet(values))
    .execute();
}

/** Whom an invoice is to: whoever the customer says; before he did, the company of his newest order. */
export async function buyerOf(database: Database, customer: string): Promise<Party> {
  const { email } = await database
    .selectFrom("customer")
    .select("email")
    .where("id", "=", customer)
    .executeTakeFirstOrThrow();
  const billing = await readBilling(database, customer);
  if (billing) {
    return { ...billing, note: email };
  }
  const newest = await database
    .selectFrom("tenant")
    .select("company")
    .where("customer_id", "=", customer)
    .where("forgotten_at", "is", null)
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return { name: newest?.company ?? email, address: [], country: null, vatId: null, note: email };
}
