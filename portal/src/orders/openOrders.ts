import type { Database } from "../database/connect.ts";
import { OrderStateError } from "./orderErrors.ts";
import { expireOrders, lockPlaces } from "./slots.ts";

/** Open orders of one customer, each of which holds a place and an address that nobody pays for. */
export const mostOpenOrders = 10;

/**
 * Refuses another order of a customer who has as many open ones as he may: unconfirmed, or waiting for a card. Nobody else places one
 * until the transaction ends.
 *
 * @throws OrderStateError when he has.
 */
export async function demandFewOpenOrders(transaction: Database, customer: string): Promise<void> {
  await lockPlaces(transaction);
  await expireOrders(transaction);
  const { count } = await transaction
    .selectFrom("order")
    .select((select) => select.fn.countAll<string>().as("count"))
    .where("customer_id", "=", customer)
    .where((order) =>
      order.or([
        order("state", "=", "unconfirmed"),
        order.and([order("state", "=", "confirmed"), order("card_by", "is not", null)]),
      ]),
    )
    .executeTakeFirstOrThrow();
  if (Number(count) >= mostOpenOrders) {
    throw new OrderStateError(
      `${count} orders wait to be confirmed or for a card, of ${mostOpenOrders} at most: confirm or cancel one first`,
      "manyOrders",
    );
  }
}
