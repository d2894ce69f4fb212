import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { JobQueue } from "../jobs/queue.ts";
import type { Settings } from "../settings.ts";
import { rolesThatMay } from "../team/roles.ts";
import { emit } from "../webhooks/events.ts";
import { cardNeededBy } from "../payments/cards.ts";
import { hashOf, newSecret } from "./identifiers.ts";
import { lockPlaces, serveWaiting } from "./slots.ts";
import { demandFirstTrial } from "./trials.ts";

/** What has to be sent so that an order can be confirmed. The token is nowhere else: of it only a hash is kept. */
export interface SendableConfirmation {
  readonly email: string;
  readonly address: string;
  readonly token: string;
}

/**
 * Makes a link of confirmation for an order; those that were sent before stay valid, as mails overtake each other.
 *
 * @param email address of who orders, which the link will prove
 */
export async function sendableConfirmation(
  transaction: Database,
  order: string,
  email: string,
): Promise<SendableConfirmation> {
  const token = newSecret();
  await transaction
    .insertInto("confirmation")
    .values({ token_hash: hashOf(token), order_id: order, email })
    .execute();
  const { address } = await transaction
    .selectFrom("order")
    .innerJoin("tenant", "tenant.id", "order.tenant_id")
    .select("tenant.address")
    .where("order.id", "=", order)
    .executeTakeFirstOrThrow();
  return { email, address, token };
}

/**
 * Makes another link of confirmation for an order that was placed with an e-mail address.
 *
 * @returns it, and the order's tenant; undefined where no such order waits for its confirmation.
 */
export async function confirmationAgain(
  transaction: Database,
  order: string,
  email: string,
): Promise<{ readonly tenant: string; readonly confirmation: SendableConfirmation } | undefined> {
  const found = await transaction
    .selectFrom("order")
    .innerJoin("confirmation", "confirmation.order_id", "order.id")
    .select(["order.tenant_id as tenant", "confirmation.email"])
    .where("order.id", "=", order)
    .where("order.state", "=", "unconfirmed")
    .where("order.confirm_by", ">", sql<Date>`now()`)
    .where("confirmation.email", "=", email.toLowerCase())
    .limit(1)
    .executeTakeFirst();
  return found && { tenant: found.tenant, confirmation: await sendableConfirmation(transaction, order, found.email) };
}

/** What was confirmed, and by whom. */
export interface Confirmed {
  readonly order: string;
  readonly tenant: string;
  readonly customer: string;
  /** The address that is proven by that. */
  readonly email: string;
}

/**
 * Confirms the order of a token, once; its tenant is made as soon as it has its place, and the card that it waits for where it is paid by one.
 *
 * @throws OrderRefusedError when it is a trial, and its mailbox had one; then the code wasn't used.
 * @returns the order, its tenant, its customer and the address that the token has proven; undefined when it is unknown, was used, was sent to somebody who may not order
 * for the customer any more, or is of an order that is confirmed or over. Which of these isn't said to somebody who guesses.
 */
export async function confirmOrder(
  transaction: Database,
  settings: Settings,
  queue: JobQueue,
  token: string,
): Promise<Confirmed | undefined> {
  await lockPlaces(transaction);
  const used = await transaction
    .updateTable("confirmation")
    .set({ used_at: sql<Date>`now()` })
    .where("token_hash", "=", hashOf(token))
    .where("used_at", "is", null)
    .returning(["order_id", "email"])
    .executeTakeFirst();
  const confirmed =
    used &&
    (await transaction
      .updateTable("order")
      .set({ state: "confirmed", confirmed_at: sql<Date>`now()` })
      .where("id", "=", used.order_id)
      .where("state", "=", "unconfirmed")
      .where("confirm_by", ">", sql<Date>`now()`)
      .where((order) =>
        order.exists(
          order
            .selectFrom("team_member")
            .select("team_member.id")
            .whereRef("team_member.customer_id", "=", "order.customer_id")
            .where("team_member.email", "=", used.email)
            .where("team_member.role", "in", [...rolesThatMay("orders:write")]),
        ),
      )
      .returning(["id as order", "tenant_id as tenant", "customer_id", "is_trial", "price"])
      .executeTakeFirst());
  if (confirmed?.is_trial) {
    await demandFirstTrial(transaction, confirmed.customer_id, confirmed.order);
  }
  if (confirmed) {
    const { order, tenant, customer_id: customer, is_trial: isTrial, price } = confirmed;
    const card_by = await cardNeededBy(transaction, settings, { customer, isTrial, price }, new Date());
    await transaction.updateTable("order").set({ card_by }).where("id", "=", order).execute();
    await emit(transaction, "order.confirmed", { order, tenant }, new Date());
  }
  await serveWaiting(transaction, settings.slots, queue);
  return (
    confirmed && {
      ...{ order: confirmed.order, tenant: confirmed.tenant, customer: confirmed.customer_id },
      email: used.email,
    }
  );
}
