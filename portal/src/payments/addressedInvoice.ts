import type { Database } from "../database/connect.ts";
import { printed } from "../invoices/number.ts";
import type { Language } from "../languages.ts";
import type { Money } from "./payment.ts";

/** An invoice that a customer is written to about. */
export interface AddressedInvoice extends Money {
  readonly email: string;
  /** His; null: it isn't known. */
  readonly language: Language | null;
  readonly number: string;
}

/** Reads what a mail about an invoice needs of it and its customer. */
export async function addressedInvoice(transaction: Database, id: string): Promise<AddressedInvoice> {
  const row = await transaction
    .selectFrom("invoice")
    .innerJoin("customer", "customer.id", "invoice.customer_id")
    .selectAll("invoice")
    .select(["customer.email", "customer.language"])
    .where("invoice.id", "=", id)
    .executeTakeFirstOrThrow();
  const { email, language, gross, currency } = row;
  return { email, language, number: printed(row), amount: Number(gross), currency };
}
