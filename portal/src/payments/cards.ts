import { sql } from "kysely";
import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { lockPlaces, serveWaiting } from "../orders/slots.ts";
import type { Settings } from "../settings.ts";
import { paymentWay } from "./payment.ts";

/**
 * Until when an order that is being confirmed waits for a card: as long as it could wait for its confirmation. Null: it doesn't, since it costs nothing, is a
 * trial, has a customer whose card is known, or is paid otherwise.
 */
export async function cardNeededBy(
  transaction: Database,
  settings: Settings,
  { customer, isTrial, price }: { readonly customer: string; readonly isTrial: boolean; readonly price: number },
  now: Date,
): Promise<Date | null> {
  if (paymentWay(settings) !== "stripe" || isTrial || price === 0) {
    return null;
  }
  const payer = await transaction
    .selectFrom("payer")
    .select("card_at")
    .where("customer_id", "=", customer)
    .executeTakeFirst();
  return payer?.card_at ? null : new Date(now.getTime() + settings.confirmHours * 3_600_000);
}

/** Notes that a customer has a card; his orders wait no longer. @returns whether he is known with this id of the service. */
export async function noteCard(
  transaction: Database,
  settings: Settings,
  queue: JobQueue,
  { customer, payer }: { readonly customer: string; readonly payer: string },
  now: Date,
): Promise<boolean> {
  await lockPlaces(transaction);
  const known = await transaction
    .updateTable("payer")
    .set({ card_at: sql<Date>`coalesce(card_at, ${now})` })
    .where("customer_id", "=", customer)
    .where("service_id", "=", payer)
    .returning("customer_id")
    .executeTakeFirst();
  if (!known) {
    return false;
  }
  await record(transaction, { actor: "portal", action: "card.stored", customer, subject: customer });
  await transaction
    .updateTable("order")
    .set({ card_by: null })
    .where("customer_id", "=", customer)
    .where("state", "=", "confirmed")
    .execute();
  await serveWaiting(transaction, settings.slots, queue);
  return true;
}
