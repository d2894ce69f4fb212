import { sql } from "kysely";
import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import type { PaymentNoticeTable } from "../database/paymentTables.ts";
import { credit } from "../invoices/issue.ts";
import { printed } from "../invoices/number.ts";
import { newId } from "../orders/identifiers.ts";
import { OrderStateError } from "../orders/orderErrors.ts";

/** What is printed on the credit note of a payment that an operator gave back at the service itself. */
const refundReason = "Refunded / Remboursée";

/** What the service says of a payment that it takes back. */
export interface TakenBack {
  /** The payment's id there. */
  readonly reference: string;
  /** In the currency's smallest unit. */
  readonly amount: number;
}

/**
 * Notes that a payment was given back at the service, by whoever may do that there. Given back as a whole its invoice is cancelled by a credit note; a part of it is
 * operators' to settle, who are told of both. What the portal itself gives back is known.
 *
 * @param refund `total`: what was given back of it so far; `of`: id of the invoice that was paid, as the service says it; undefined: it says none.
 * @throws OrderStateError when the payment itself wasn't told yet, as after an outage: the service tells of both again, in any sequence.
 */
export async function noteRefund(
  transaction: Database,
  { reference, amount, total, of }: TakenBack & { readonly total: number; readonly of: string | undefined },
  now: Date,
): Promise<void> {
  const payment = await paidBy(transaction, reference);
  if (!payment) {
    await demandTold(transaction, reference, of);
    return;
  }
  const { id, invoice_id: invoice } = payment;
  if (total < amount) {
    await notice(transaction, { invoice, what: "refundedInPart", amount: total, answerBy: null }, now);
    return;
  }
  // First: what is credited goes back by the worker otherwise.
  await transaction.updateTable("payment").set({ state: "refunded", told_at: null }).where("id", "=", id).execute();
  const note = await credit(transaction, invoice, { reason: refundReason, isIssuedAgain: false }, now);
  await record(transaction, {
    ...{ actor: "portal", action: "creditInvoice", customer: note!.customer, subject: note!.id },
    details: { number: note!.number, credits: note!.credited, isIssuedAgain: false },
  });
  await notice(transaction, { invoice, what: "refunded", amount: total, answerBy: null }, now);
}

/** How a dispute is: its payer's bank asks for a payment, and the service decides. */
export interface Dispute extends TakenBack {
  readonly became: "disputed" | "won" | "lost";
  /** Until when it has to be answered at the service; null: it needs no answer. */
  readonly answerBy: Date | null;
}

/**
 * Notes a dispute of a payment, of which operators are told. One that is lost is no payment any more: its invoice is owed again, and nothing is charged to the card
 * for it. Whether it is cancelled is operators' to say.
 */
export async function noteDispute(
  transaction: Database,
  { reference, amount, became, answerBy }: Dispute,
  now: Date,
): Promise<void> {
  const payment = await paidBy(transaction, reference);
  if (!payment) {
    if (became === "lost") {
      // The bank was faster than what was on its way back: the service won't give it twice.
      await transaction
        .updateTable("payment")
        .set({ state: "refunded", told_at: now })
        .where("way", "=", "stripe")
        .where("reference", "=", reference)
        .where("state", "=", "refunding")
        .execute();
    }
    return;
  }
  const { id, invoice_id: invoice } = payment;
  if (became === "lost") {
    // What its customer was told before he paid is no notice of this.
    await transaction.deleteFrom("reminder").where("invoice_id", "=", invoice).where("step", "!=", "former").execute();
    await transaction.updateTable("payment").set({ state: "lost", told_at: now }).where("id", "=", id).execute();
    await transaction
      .insertInto("charge")
      .values({ invoice_id: invoice, state: "declined", tried_at: now, told_at: now })
      .onConflict((conflict) => conflict.column("invoice_id").doUpdateSet({ state: "declined", told_at: now }))
      .execute();
  }
  await notice(transaction, { invoice, what: became, amount, answerBy }, now);
}

/** @throws OrderStateError when a payment of an invoice that is here wasn't told yet, of whatever amount it is. */
async function demandTold(transaction: Database, reference: string, invoice: string | undefined): Promise<void> {
  const { rows } = await sql`
    select from invoice where id = ${invoice ?? null} and credits is null
    and not exists (select from payment where way = 'stripe' and reference = ${reference})
    and not exists (
      select from audit where action = 'payment.wrong' and subject = ${invoice ?? null}
      and details ->> 'reference' = ${reference}
    )`.execute(transaction);
  if (rows.length > 0) {
    throw new OrderStateError("the payment itself isn't known yet; tell it first, and this again");
  }
}

/** The payment that stays of an invoice, which is locked against another word of the same moment. */
async function paidBy(transaction: Database, reference: string) {
  const known = await transaction
    .selectFrom("payment")
    .select(["id", "invoice_id"])
    .where("way", "=", "stripe")
    .where("reference", "=", reference)
    .executeTakeFirst();
  if (!known) {
    return undefined;
  }
  await transaction.selectFrom("invoice").select("id").where("id", "=", known.invoice_id).forUpdate().execute();
  return transaction
    .selectFrom("payment")
    .select(["id", "invoice_id"])
    .where("id", "=", known.id)
    .where("state", "=", "paid")
    .executeTakeFirst();
}

async function notice(
  transaction: Database,
  {
    invoice,
    what,
    amount,
    answerBy,
  }: {
    readonly invoice: string;
    readonly what: PaymentNoticeTable["what"];
    readonly amount: number;
    readonly answerBy: Date | null;
  },
  now: Date,
): Promise<void> {
  const row = await transaction.selectFrom("invoice").selectAll().where("id", "=", invoice).executeTakeFirstOrThrow();
  const values = { id: newId(), invoice_id: invoice, what, amount, answer_by: answerBy, at: now, told_at: null };
  await transaction.insertInto("payment_notice").values(values).execute();
  await record(transaction, {
    ...{ actor: "portal", action: `payment.${what}`, customer: row.customer_id, subject: invoice },
    details: { number: printed(row), amount, currency: row.currency },
  });
}
