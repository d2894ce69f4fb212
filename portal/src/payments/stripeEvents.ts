import { sql } from "kysely";
import { z } from "zod";
import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import type { JobQueue } from "../jobs/queue.ts";
import type { Settings } from "../settings.ts";
import { askForCards, noteCard } from "./cards.ts";
import { notePayment } from "./payments.ts";
import { noteDispute, noteRefund } from "./takenBack.ts";

/** Days for which events are known again. Stripe tells of one for three days, and by hand for 30. */
const knownDays = 60;

const payer = z.string().nullable();

/** What is read of the events that are taken; what has other metadata isn't this portal's. */
const takenSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("payment_intent.succeeded"),
    data: z.object({
      object: z.object({
        id: z.string(),
        amount_received: z.int(),
        currency: z.string(),
        customer: payer,
        setup_future_usage: z.string().nullish(),
        metadata: z.object({ invoice: z.string() }),
      }),
    }),
  }),
  z.object({
    type: z.literal("payment_intent.payment_failed"),
    data: z.object({ object: z.object({ metadata: z.object({ invoice: z.string() }) }) }),
  }),
  z.object({
    type: z.literal("setup_intent.succeeded"),
    data: z.object({ object: z.object({ customer: payer, metadata: z.object({ customer: z.string() }) }) }),
  }),
  z.object({
    type: z.literal([
      "payment_method.attached",
      "payment_method.automatically_updated",
      "payment_method.detached",
      "payment_method.updated",
    ]),
    data: z.object({
      object: z.object({ customer: payer }),
      // Has whose a detached one was.
      previous_attributes: z.object({ customer: payer.optional() }).nullish(),
    }),
  }),
  z.object({
    type: z.literal("charge.refunded"),
    data: z.object({
      object: z.object({
        ...{ payment_intent: z.string(), amount: z.int(), amount_refunded: z.int() },
        // A charge has what its payment has.
        metadata: z.object({ invoice: z.string().optional() }).nullish(),
      }),
    }),
  }),
  z.object({
    type: z.literal(["charge.dispute.created", "charge.dispute.closed"]),
    data: z.object({
      object: z.object({
        payment_intent: z.string(),
        amount: z.int(),
        status: z.string(),
        evidence_details: z.object({ due_by: z.int().nullish() }).nullish(),
      }),
    }),
  }),
]);

type Taken = z.infer<typeof takenSchema>;

/** What takes events. */
export interface EventParts {
  readonly settings: Settings;
  readonly queue: JobQueue;
}

/**
 * Takes what Stripe tells, whose signature was proven, once: what is told again has no effect. What isn't of this portal has none either.
 *
 * @param event as it came.
 * @throws OrderStateError when what it follows from wasn't told yet: then it isn't taken, and has to be told again.
 */
export async function takeEvent(
  transaction: Database,
  parts: EventParts,
  event: { readonly id: string; readonly type: string },
  now: Date,
): Promise<void> {
  const { numInsertedOrUpdatedRows } = await transaction
    .insertInto("payment_event")
    .values({ id: event.id, at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  const { success, data: taken } = takenSchema.safeParse(event);
  if (numInsertedOrUpdatedRows === 1n && success) {
    await take(transaction, parts, taken, now);
  }
}

async function take(transaction: Database, parts: EventParts, taken: Taken, now: Date): Promise<void> {
  switch (taken.type) {
    case "setup_intent.succeeded": {
      const { customer: by, metadata } = taken.data.object;
      return storedCard(transaction, parts, metadata.customer, by, now);
    }
    case "payment_intent.succeeded":
    case "payment_intent.payment_failed":
      return takePayment(transaction, parts, taken, now);
    case "charge.refunded": {
      const { payment_intent: reference, amount, amount_refunded: total, metadata } = taken.data.object;
      return noteRefund(transaction, { reference, amount, total, of: metadata?.invoice }, now);
    }
    case "charge.dispute.created":
    case "charge.dispute.closed": {
      const { payment_intent: reference, amount, status, evidence_details: evidence } = taken.data.object;
      const isOver = taken.type === "charge.dispute.closed";
      // What ends otherwise, as a bank's mere question does, costs nothing.
      const became = !isOver ? "disputed" : status === "lost" ? "lost" : "won";
      const answerBy = !isOver && evidence?.due_by ? new Date(evidence.due_by * 1000) : null;
      return noteDispute(transaction, { reference, amount, became, answerBy }, now);
    }
    default: {
      const { object, previous_attributes: previous } = taken.data;
      return askForCards(transaction, object.customer ?? previous?.customer ?? "", now);
    }
  }
}

async function takePayment(
  transaction: Database,
  parts: EventParts,
  { type, data }: Extract<Taken, { type: `payment_intent.${string}` }>,
  now: Date,
): Promise<void> {
  const { invoice } = data.object.metadata;
  if (type === "payment_intent.payment_failed") {
    // One that took days to fail; a card's says so at once, and has no charge that was taken. A try before the one that paid may be told of later than that.
    await sql`
      update charge set state = 'declined', told_at = null where invoice_id = ${invoice} and state = 'taken'
      and not exists (select from payment where payment.invoice_id = charge.invoice_id and payment.state = 'paid')`.execute(
      transaction,
    );
    return;
  }
  const { id: reference, amount_received: amount, currency, customer: by, setup_future_usage } = data.object;
  const told = { invoice, reference, money: { amount, currency: currency.toUpperCase() }, payer: by ?? "" };
  const noted = await notePayment(transaction, { ...told, way: "stripe" }, now);
  if (noted === "wrong" || noted === undefined) {
    const details = { reference, amount, currency: told.money.currency };
    await record(transaction, { actor: "portal", action: "payment.wrong", subject: invoice, details });
    const what = noted ? "another amount, currency or customer than its invoice has" : "an invoice that isn't here";
    console.error(`payment ${reference} is of ${what} (${invoice}): it is noted nowhere; look for it at Stripe`);
  } else if (setup_future_usage) {
    const row = await transaction
      .selectFrom("invoice")
      .select("customer_id")
      .where("id", "=", invoice)
      .executeTakeFirstOrThrow();
    await storedCard(transaction, parts, row.customer_id, by, now);
  }
}

async function storedCard(
  transaction: Database,
  { settings, queue }: EventParts,
  customer: string,
  by: string | null,
  now: Date,
): Promise<void> {
  if (!(await noteCard(transaction, settings, queue, { customer, payer: by ?? "" }, now))) {
    console.error(`a card was stored for customer ${customer}, who isn't known so at Stripe: it is noted nowhere`);
  }
}

/** Forgets events that nobody tells of again. */
export async function forgetOldEvents(database: Database, now: Date): Promise<void> {
  const before = new Date(now.getTime() - knownDays * 86_400_000);
  await database.deleteFrom("payment_event").where("at", "<", before).execute();
  await database.deleteFrom("checkout").where("until", "<", before).execute();
}
