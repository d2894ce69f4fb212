import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { JobQueue } from "../jobs/queue.ts";
import type { Settings } from "../settings.ts";
import { emit } from "../webhooks/events.ts";
import { hashOf, newSecret } from "./identifiers.ts";
import { lockPlaces, serveWaiting } from "./slots.ts";
import { demandFirstTrial } from "./trials.ts";

/** What has to be sent so that an order can be confirmed. The token is nowhere else: of it only a hash is kept. */
export interface SendableConfirmation {
  readonly email: string;
  readonly address: string;
  readonly token: string;
}

/** Makes a link of confirmation for an order; those that were sent before stay valid, as mails overtake each other. */
export async function sendableConfirmation(transaction: Database, order: string): Promise<SendableConfirmation> {
  const token = newSecret();
  await transaction
    .insertInto("confirmation")
    .values({ token_hash: hashOf(token), order_id: order })
    .execute();
  const { email, address } = await transaction
    .selectFrom("order")
    .innerJoin("customer", "customer.id", "order.customer_id")
    .innerJoin("tenant", "tenant.id", "order.tenant_id")
    .select(["customer.email", "tenant.address"])
    .where("order.id", "=", order)
    .executeTakeFirstOrThrow();
  return { email, address, token };
}

/**
 * Confirms the order of a token, once; its tenant is made as soon as it has its place.
 *
 * @throws OrderRefusedError when it is a trial, and its mailbox had one; then the code wasn't used.
 * @returns the order and its tenant; undefined when the token is unknown, was used, or is of an order that is confirmed or over. Which of these
 * isn't said to somebody who guesses.
 */
export async function confirmOrder(
  transaction: Database,
  settings: Settings,
  queue: JobQueue,
  token: string,
): Promise<{ readonly order: string; readonly tenant: string } | undefined> {
  await lockPlaces(transaction);
  const used = await transaction
    .updateTable("confirmation")
    .set({ used_at: sql<Date>`now()` })
    .where("token_hash", "=", hashOf(token))
    .where("used_at", "is", null)
    .returning("order_id")
    .executeTakeFirst();
  const confirmed =
    used &&
    (await transaction
      .updateTable("order")
      .set({ state: "confirmed", confirmed_at: sql<Date>`now()` })
      .where("id", "=", used.order_id)
      .where("state", "=", "unconfirmed")
      .where("confirm_by", ">", sql<Date>`now()`)
      .returning(["id as order", "tenant_id as tenant", "customer_id", "is_trial"])
      .executeTakeFirst());
  if (confirmed?.is_trial) {
    await demandFirstTrial(transaction, confirmed.customer_id, confirmed.order);
  }
  if (confirmed) {
    const { order, tenant } = confirmed;
    await emit(transaction, "order.confirmed", { order, tenant }, new Date());
  }
  await serveWaiting(transaction, settings.slots, queue);
  return confirmed && { order: confirmed.order, tenant: confirmed.tenant };
}
