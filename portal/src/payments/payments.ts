import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { printed } from "../invoices/number.ts";
import { newId } from "../orders/identifiers.ts";
import type { Money } from "./payment.ts";

/** What somebody says was paid. */
export interface ToldPayment {
  readonly invoice: string;
  readonly way: "stripe" | "operator";
  readonly reference: string;
  /** Undefined: what the invoice is of. */
  readonly money?: Money;
  /** Who paid, as the service knows him; undefined: whoever did. */
  readonly payer?: string;
}

/**
 * What became of what was told. `paid`: the invoice is; `refunding`: it was paid, or cancelled, before, and this goes back; `known`: it was told before;
 * `wrong`: it isn't of this amount, currency or customer, and nothing was noted; undefined: there is no such invoice.
 */
export type Noted = "paid" | "refunding" | "known" | "wrong" | undefined;

/** Notes a payment. An invoice is paid as a whole, once. */
export async function notePayment(
  transaction: Database,
  { invoice: id, way, reference, money, payer }: ToldPayment,
  now: Date,
): Promise<Noted> {
  // Against a credit note, and another payment, of the same moment.
  const invoice = await transaction
    .selectFrom("invoice")
    .selectAll()
    .where("id", "=", id)
    .where("credits", "is", null)
    .forUpdate()
    .executeTakeFirst();
  if (!invoice) {
    return undefined;
  }
  const known = await transaction.selectFrom("payment").selectAll().where("invoice_id", "=", id).execute();
  if (way === "stripe" && known.some((one) => one.way === way && one.reference === reference)) {
    return "known";
  }
  const isOther = money && (BigInt(money.amount) !== BigInt(invoice.gross) || money.currency !== invoice.currency);
  if (isOther || !(await isPayer(transaction, invoice.customer_id, payer))) {
    return "wrong";
  }
  const note = await transaction.selectFrom("invoice").select("id").where("credits", "=", id).executeTakeFirst();
  const isOwed = note === undefined && known.every(({ state }) => state !== "paid");
  const state = isOwed ? "paid" : "refunding";
  await transaction
    .insertInto("payment")
    .values({ id: newId(), invoice_id: id, way, reference, state, paid_at: now })
    .execute();
  await record(transaction, {
    ...{ actor: "portal", action: `payment.${state}`, customer: invoice.customer_id, subject: id },
    details: { number: printed(invoice), gross: Number(invoice.gross), currency: invoice.currency, way },
  });
  return state;
}

async function isPayer(transaction: Database, customer: string, payer: string | undefined): Promise<boolean> {
  if (payer === undefined) {
    return true;
  }
  const row = await transaction
    .selectFrom("payer")
    .select("service_id")
    .where("customer_id", "=", customer)
    .executeTakeFirst();
  return row?.service_id === payer;
}

/** Has what was paid of an invoice by the service go back. What an operator found is his to give back. Call it with the invoice locked. */
export async function giveBack(transaction: Database, invoice: string): Promise<void> {
  await transaction
    .updateTable("payment")
    .set({ state: "refunding", told_at: null })
    .where("invoice_id", "=", invoice)
    .where("way", "=", "stripe")
    .where("state", "=", "paid")
    .execute();
}
