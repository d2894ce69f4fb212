import type { Selectable } from "kysely";
import type { Database } from "../database/connect.ts";
import type { CheckoutTable } from "../database/paymentTables.ts";
import { readInvoice } from "../invoices/invoices.ts";
import { newId } from "../orders/identifiers.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import { readOrder } from "../orders/orders.ts";
import type { Settings } from "../settings.ts";
import { paymentWay } from "./payment.ts";

const minute = 60_000;

/** Minutes for which a page is there. */
const pageMinutes = 120;

/** Minutes that Stripe wants a page to be there, at least: one that comes later isn't asked for any more. */
const leastMinutes = 31;

/** Milliseconds after which an answer that didn't come is said to be late. */
const late = 15_000;

/** A page of the payment service as its customer sees it. */
export interface CheckoutView {
  readonly id: string;
  /** `asked`: it is being made; `open`: it is there; `refused`: the service won't have it; `over`: ask for another one. */
  readonly state: "asked" | "open" | "refused" | "over";
  /** Whether the service doesn't answer, or the worker; it is asked again. */
  readonly isLate: boolean;
  readonly url: string | null;
  readonly until: string;
}

/** What a page is asked for. */
export interface CheckoutParts {
  readonly transaction: Database;
  readonly settings: Settings;
  readonly customer: string;
  readonly now: Date;
}

/**
 * Asks for a page on which an invoice is paid; the one that is there serves.
 *
 * @returns undefined when there is no such invoice, or when it is somebody else's.
 * @throws OrderStateError when there is nothing to be paid.
 */
export async function askToPay(parts: CheckoutParts, invoice: string): Promise<CheckoutView | undefined> {
  const { transaction, customer, now } = parts;
  const found = await readInvoice(transaction, invoice, { customer }, now);
  if (!found) {
    return undefined;
  }
  demandStripe(parts.settings);
  if (found.payment !== "open" && found.payment !== "overdue") {
    throw new OrderStateError("there is nothing to be paid: it is paid, cancelled, or no invoice");
  }
  return ask(parts, { invoice_id: invoice, order_id: null });
}

/**
 * Asks for a page on which the card is stored that an order waits for; the one that is there serves.
 *
 * @returns undefined when there is no such order, or when it is somebody else's.
 * @throws OrderStateError when it waits for none.
 */
export async function askForCard(parts: CheckoutParts, order: string): Promise<CheckoutView | undefined> {
  const found = await readOrder(parts.transaction, parts.customer, order);
  if (!found) {
    return undefined;
  }
  demandStripe(parts.settings);
  if (found.payBy === null) {
    throw new OrderStateError("the order waits for no card");
  }
  return ask(parts, { invoice_id: null, order_id: order });
}

/**
 * Asks for a page on which another card is stored, which is charged from then on; the one that is there serves.
 *
 * @throws OrderStateError where no cards are taken.
 */
export function askForOtherCard(parts: CheckoutParts): Promise<CheckoutView> {
  demandStripe(parts.settings);
  return ask(parts, { invoice_id: null, order_id: null });
}

/** A page that a customer asked for; undefined when there is none, or when it is somebody else's. */
export async function readCheckout(
  database: Database,
  customer: string,
  id: string,
  now: Date,
): Promise<CheckoutView | undefined> {
  const row = await database
    .selectFrom("checkout")
    .selectAll()
    .where("id", "=", id)
    .where("customer_id", "=", customer)
    .executeTakeFirst();
  return row && viewOf(row, now);
}

/** Whether the service can still be asked for a page. */
export const canBeMade = ({ until }: Pick<CheckoutTable, "until">, now: Date): boolean =>
  until.getTime() - leastMinutes * minute > now.getTime();

function demandStripe(settings: Settings): void {
  if (paymentWay(settings) !== "stripe") {
    throw new OrderStateError("the provider takes no payment here; pay as the invoice says");
  }
}

async function ask(
  { transaction, customer, now }: CheckoutParts,
  of: Pick<CheckoutTable, "invoice_id" | "order_id">,
): Promise<CheckoutView> {
  // Two tabs get one page, on which nobody pays twice.
  await transaction.selectFrom("customer").select("id").where("id", "=", customer).forUpdate().execute();
  const rows = await transaction
    .selectFrom("checkout")
    .selectAll()
    .where("customer_id", "=", customer)
    .where("is_refused", "=", false)
    .where("until", ">", now)
    .execute();
  const known = rows.find(
    (row) =>
      row.invoice_id === of.invoice_id && row.order_id === of.order_id && (row.url !== null || canBeMade(row, now)),
  );
  if (known) {
    return viewOf(known, now);
  }
  const row = await transaction
    .insertInto("checkout")
    .values({
      ...{ id: newId(), customer_id: customer, ...of, asked_at: now },
      until: new Date(now.getTime() + pageMinutes * minute),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return viewOf(row, now);
}

function viewOf(row: Selectable<CheckoutTable>, now: Date): CheckoutView {
  const { id, url, until, is_refused, asked_at } = row;
  const isOver = until <= now || (url === null && !canBeMade(row, now));
  const state = is_refused ? "refused" : isOver ? "over" : url === null ? "asked" : "open";
  return {
    ...{ id, state },
    isLate: state === "asked" && now.getTime() - asked_at.getTime() > late,
    url: state === "open" ? url : null,
    until: until.toISOString(),
  };
}
