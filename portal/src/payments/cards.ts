import { sql } from "kysely";
import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { newId } from "../orders/identifiers.ts";
import { lockPlaces, serveWaiting } from "../orders/slots.ts";
import type { Settings } from "../settings.ts";
import { type CardFace, paymentWay, type StoredCard } from "./payment.ts";

/** A card as its customer sees it. */
export interface CardView extends CardFace {
  readonly id: string;
}

/** A customer's cards; the first is charged. */
export function readCards(database: Database, customer: string): Promise<CardView[]> {
  return database
    .selectFrom("card")
    .select(["id", "name", "last4", "expires"])
    .where("customer_id", "=", customer)
    .where("removed_at", "is", null)
    .orderBy("place")
    .execute();
}

/**
 * Removes a card: nothing is charged to it any more, and the worker has the service forget it.
 *
 * @returns false when there is none, or when it is somebody else's.
 */
export async function removeCard(transaction: Database, customer: string, id: string, now: Date): Promise<boolean> {
  // Before the card, as all who note cards do: none waits for another for ever.
  await transaction.selectFrom("payer").select("customer_id").where("customer_id", "=", customer).forUpdate().execute();
  const removed = await transaction
    .updateTable("card")
    .set({ removed_at: now })
    .where("id", "=", id)
    .where("customer_id", "=", customer)
    .where("removed_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  if (removed && (await readCards(transaction, customer)).length === 0) {
    await transaction.updateTable("payer").set({ card_at: null }).where("customer_id", "=", customer).execute();
  }
  return removed !== undefined;
}

/** What is stored for a customer may be another now: the worker asks the service. @param payer his id there. */
export async function askForCards(transaction: Database, payer: string, now: Date): Promise<void> {
  await transaction.updateTable("payer").set({ cards_due_at: now }).where("service_id", "=", payer).execute();
}

/**
 * Notes which cards a customer has, as the service told. One without a card is as who never had one: his next order that costs waits for one, and what was issued before isn't
 * charged to it.
 *
 * @param asked when that was due: what became due meanwhile is asked for again, and this isn't noted.
 */
export async function noteCards(
  transaction: Database,
  { customer, asked }: { readonly customer: string; readonly asked: Date },
  cards: readonly StoredCard[],
  now: Date,
): Promise<void> {
  const isNewest = await transaction
    .updateTable("payer")
    .set({ cards_due_at: null })
    .where("customer_id", "=", customer)
    .where("cards_due_at", "=", asked)
    .returning("customer_id")
    .executeTakeFirst();
  if (!isNewest) {
    return;
  }
  const known = await transaction.selectFrom("card").selectAll().where("customer_id", "=", customer).execute();
  const removed = known.flatMap(({ service_id, removed_at }) => (removed_at === null ? [] : [service_id]));
  // One that is removed, and that the service still has, is none.
  const card_at = cards.every(({ id }) => removed.includes(id)) ? null : sql<Date>`coalesce(card_at, ${now})`;
  await transaction.updateTable("payer").set({ card_at }).where("customer_id", "=", customer).execute();
  const gone = known.filter(({ service_id }) => cards.every(({ id }) => id !== service_id)).map(({ id }) => id);
  if (gone.length > 0) {
    await transaction.deleteFrom("card").where("id", "in", gone).execute();
  }
  for (const [place, { id: service_id, name, last4, expires }] of cards.entries()) {
    await transaction
      .insertInto("card")
      .values({
        ...{ id: newId(), customer_id: customer, service_id, name, last4, expires, place },
        removed_at: null,
        tried_at: null,
      })
      .onConflict((conflict) => conflict.column("service_id").doUpdateSet({ name, last4, expires, place }))
      .execute();
  }
}

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
    .set({ card_at: sql<Date>`coalesce(card_at, ${now})`, cards_due_at: now })
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
