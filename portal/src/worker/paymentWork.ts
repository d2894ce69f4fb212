import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import { readInvoice } from "../invoices/invoices.ts";
import { printed } from "../invoices/number.ts";
import { pagePaths, progressOf } from "../pages/paths.ts";
import { noteCards } from "../payments/cards.ts";
import { canBeMade } from "../payments/checkouts.ts";
import { type Payable, PaymentRefusedError, type PaymentService } from "../payments/payment.ts";
import type { Settings } from "../settings.ts";
import { repeat } from "../repeat.ts";

/** What asks the payment service. */
export interface PaymentParts {
  readonly database: Database;
  readonly settings: Settings;
  readonly service: PaymentService;
}

/** Milliseconds after which a service that didn't answer is asked again. */
const again = { page: 10_000, card: 60_000, refund: 60_000 };

/** Has the pages made that customers wait for. To be called each second. @returns how many were. */
export async function openPages({ database, settings, service }: PaymentParts, now: Date): Promise<number> {
  const asked = await database
    .selectFrom("checkout")
    .selectAll()
    .where("url", "is", null)
    .where("is_refused", "=", false)
    .where("until", ">", now)
    .where((row) => row.or([row("tried_at", "is", null), row("tried_at", "<", before(now, again.page))]))
    .orderBy("asked_at")
    .execute();
  return eachAlone(
    database,
    asked.filter((row) => canBeMade(row, now)),
    async (transaction, { id, customer_id: customer, invoice_id, order_id, until }) => {
      const change = (to: { url?: string; is_refused?: boolean; tried_at?: Date }) =>
        transaction.updateTable("checkout").set(to).where("id", "=", id).execute();
      try {
        const payer = await payerOf(transaction, service, customer);
        const returnTo = `${settings.origin}${order_id === null ? pagePaths.invoices : progressOf(order_id)}`;
        const page = { id, payer, returnTo, until };
        const url =
          invoice_id === null
            ? await service.openCard(page, customer, await currencyOf(transaction, settings, order_id))
            : await service.openPayment(page, await payableOf(transaction, invoice_id));
        await change({ url });
        return true;
      } catch (error) {
        await change(error instanceof PaymentRefusedError ? { is_refused: true } : { tried_at: now });
        console.error(`page ${id} of the payment service isn't there: ${textOf(error)}`);
        return false;
      }
    },
    ({ id }) => `page ${id} of the payment service wasn't asked for`,
  );
}

/** Has the service forget cards that were removed. To be called each second. @returns how many are forgotten. */
export async function forgetCards({ database, service }: PaymentParts, now: Date): Promise<number> {
  const removed = await database
    .selectFrom("card")
    .select(["id", "service_id", "customer_id"])
    .where("removed_at", "is not", null)
    .where((row) => row.or([row("tried_at", "is", null), row("tried_at", "<", before(now, again.card))]))
    .execute();
  return eachAlone(
    database,
    removed,
    async (transaction, { id, service_id, customer_id }) => {
      try {
        await service.forgetCard(service_id);
      } catch (error) {
        await transaction.updateTable("card").set({ tried_at: now }).where("id", "=", id).execute();
        console.error(`card ${id} isn't forgotten by the payment service: ${textOf(error)}`);
        return false;
      }
      // What is left is what the service says.
      await transaction
        .updateTable("payer")
        .set({ cards_due_at: now })
        .where("customer_id", "=", customer_id)
        .execute();
      await transaction.deleteFrom("card").where("id", "=", id).execute();
      return true;
    },
    ({ id }) => `card ${id} wasn't forgotten by the payment service`,
  );
}

/** Asks which cards customers have, where that may have changed. To be called each second. @returns of how many it is known now. */
export async function lookAtCards({ database, service }: PaymentParts, now: Date): Promise<number> {
  const due = await database
    .selectFrom("payer")
    .select(["customer_id", "service_id"])
    .select((row) => row.ref("cards_due_at").$notNull().as("asked"))
    .where("cards_due_at", "<=", now)
    .execute();
  return eachAlone(
    database,
    due,
    async (transaction, { customer_id: customer, service_id, asked }) => {
      try {
        await noteCards(transaction, { customer, asked }, await service.cards(service_id), now);
        return true;
      } catch (error) {
        await transaction
          .updateTable("payer")
          .set({ cards_due_at: before(now, -again.card) })
          .where("customer_id", "=", customer)
          .where("cards_due_at", "=", asked)
          .execute();
        console.error(`which cards customer ${customer} has isn't known: ${textOf(error)}`);
        return false;
      }
    },
    ({ customer_id }) => `which cards customer ${customer_id} has wasn't noted`,
  );
}

/**
 * Charges invoices to their customers' cards, each once: those that were issued since the card was stored, and that nobody is about to pay. To be called each minute.
 *
 * @returns how many were taken.
 */
export async function chargeCards({ database, service }: PaymentParts, now: Date): Promise<number> {
  const unpaid = await database
    .selectFrom("invoice")
    .innerJoin("payer", "payer.customer_id", "invoice.customer_id")
    .leftJoin("charge", "charge.invoice_id", "invoice.id")
    .leftJoin("payment", "payment.invoice_id", "invoice.id")
    .leftJoin("invoice as note", "note.credits", "invoice.id")
    .select(["invoice.id", "invoice.customer_id", "payer.service_id"])
    .where("invoice.credits", "is", null)
    .where("invoice.gross", ">", "0")
    .whereRef("payer.card_at", "<", "invoice.issued_at")
    .where("charge.invoice_id", "is", null)
    .where("payment.id", "is", null)
    .where("note.id", "is", null)
    // Not to one that its customer removed and the service still has.
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom("card")
            .select("card.id")
            .whereRef("card.customer_id", "=", "invoice.customer_id")
            .where("card.removed_at", "is not", null),
        ),
      ),
    )
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom("checkout")
            .select("checkout.id")
            .whereRef("checkout.invoice_id", "=", "invoice.id")
            .where("checkout.until", ">", now),
        ),
      ),
    )
    .orderBy("invoice.number")
    .execute();
  return eachAlone(
    database,
    unpaid,
    async (transaction, { id, customer_id: customer, service_id }) => {
      // Its credit note waits for the end of this.
      await transaction.selectFrom("invoice").select("id").where("id", "=", id).forUpdate().execute();
      const state = (await readInvoice(transaction, id, {}, now))?.payment;
      if (state !== "open" && state !== "overdue") {
        return false;
      }
      const payable = await payableOf(transaction, id);
      const charged = await service.charge(service_id, payable);
      await transaction
        .insertInto("charge")
        .values({ invoice_id: id, state: charged, tried_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const details = { number: payable.number };
      await record(transaction, { actor: "worker", action: `charge.${charged}`, customer, subject: id, details });
      return charged === "taken";
    },
    ({ id }) => `invoice ${id} wasn't charged; it is tried again in a minute`,
  );
}

/** Gives back what isn't owed. To be called each minute; what fails is tried again after one, too. @returns how many went back. */
export async function refundPayments({ database, service }: PaymentParts, now: Date): Promise<number> {
  const waiting = await database
    .selectFrom("payment")
    .innerJoin("invoice", "invoice.id", "payment.invoice_id")
    .select(["payment.id", "payment.reference", "invoice.id as invoice", "invoice.customer_id as customer"])
    .where("state", "=", "refunding")
    .where((row) => row.or([row("tried_at", "is", null), row("tried_at", "<", before(now, again.refund))]))
    .orderBy("paid_at")
    .execute();
  return eachAlone(
    database,
    waiting,
    async (transaction, { id, reference, invoice, customer }) => {
      const change = (to: { state?: "refunded"; told_at?: null; tried_at?: Date }) =>
        transaction.updateTable("payment").set(to).where("id", "=", id).execute();
      try {
        await service.refund(id, reference);
        await change({ state: "refunded", told_at: null });
        await record(transaction, { actor: "worker", action: "payment.refunded", customer, subject: invoice });
        return true;
      } catch (error) {
        await change({ tried_at: now });
        console.error(`payment ${id} isn't given back: ${textOf(error)}`);
        return false;
      }
    },
    ({ id }) => `payment ${id} wasn't given back`,
  );
}

/** A customer's id at the service, where he is made known first. */
async function payerOf(transaction: Database, service: PaymentService, customer: string): Promise<string> {
  const known = await transaction
    .selectFrom("payer")
    .select("service_id")
    .where("customer_id", "=", customer)
    .executeTakeFirst();
  if (known) {
    return known.service_id;
  }
  const { email } = await transaction
    .selectFrom("customer")
    .select("email")
    .where("id", "=", customer)
    .executeTakeFirstOrThrow();
  const service_id = await service.addPayer(customer, email);
  await transaction.insertInto("payer").values({ customer_id: customer, service_id, card_at: null }).execute();
  return service_id;
}

async function payableOf(transaction: Database, invoice: string): Promise<Payable> {
  const row = await transaction.selectFrom("invoice").selectAll().where("id", "=", invoice).executeTakeFirstOrThrow();
  return { invoice, number: printed(row), amount: Number(row.gross), currency: row.currency };
}

/** @param order null: a card that is stored for none, by which plans are paid. */
async function currencyOf(transaction: Database, { plans }: Settings, order: string | null): Promise<string> {
  if (order === null) {
    return Object.values(plans)[0]!.currency;
  }
  const row = await transaction
    .selectFrom("order")
    .select("currency")
    .where("id", "=", order)
    .executeTakeFirstOrThrow();
  return row.currency;
}

const before = (now: Date, milliseconds: number): Date => new Date(now.getTime() - milliseconds);

const textOf = (error: unknown): string => (error instanceof Error ? error.message : "unknown");

/** Asks the service for what is wanted of it, again and again. @returns what ends that. */
export function settlePayments(parts: PaymentParts): () => void {
  const stops = [
    repeat({
      every: 1000,
      work: async () => {
        await openPages(parts, new Date());
        await forgetCards(parts, new Date());
        await lookAtCards(parts, new Date());
      },
      failed: "pages and cards of the payment service weren't asked for; it is tried again",
    }),
    repeat({
      every: 60_000,
      work: async () => {
        await chargeCards(parts, new Date());
        await refundPayments(parts, new Date());
      },
      failed: "what is to be paid wasn't looked for; it is tried again in a minute",
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
