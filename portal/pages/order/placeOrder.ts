import { answerOf, api, type Schemas } from "../api.ts";
import { useWrite } from "../parts/useWrite.ts";

/** What is asked for; without an e-mail address it is the order of who is signed in. */
export type Wanted = Schemas["OrderRequest"] & { readonly email?: string };

/** What became of it: kept by the browser with its page's place in the history, so that a reload shows it again and no address of the page has it. */
export interface Placed {
  readonly order: string;
  /** Where its mail went. */
  readonly email: string;
  /** Whether it was ordered without an account. */
  readonly isGuest: boolean;
  readonly confirmBy: string;
  readonly waitingBehind: number | null;
}

/**
 * Places an order.
 *
 * @param own e-mail address of who is signed in
 * @param done what follows
 */
export function usePlaceOrder(own: string, done: (placed: Placed) => void) {
  return useWrite<Wanted, Placed>(
    async ({ email, ...order }, params) => {
      if (email !== undefined) {
        const placed = await answerOf(api.POST("/api/v1/guest-orders", { params, body: { ...order, email } }));
        return { ...placed, email, isGuest: true };
      }
      const { id, confirmBy, waitingBehind } = await answerOf(api.POST("/api/v1/orders", { params, body: order }));
      return { order: id, confirmBy, waitingBehind, email: own, isGuest: false };
    },
    (placed) => Promise.resolve(done(placed)),
  );
}
