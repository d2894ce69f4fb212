import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { answerOf, api, type ApiError, newKey, type Schemas } from "../api.ts";

/** What is asked for; without an e-mail address it is the order of who is signed in. */
export type Wanted = Schemas["OrderRequest"] & { readonly email?: string };

/** What became of it. */
export interface Placed {
  readonly order: string;
  readonly confirmBy: string;
  readonly waitingBehind: number | null;
}

/** Places an order. What is sent again after a lost answer has its first key, and so one effect. */
export function usePlaceOrder() {
  const last = useRef({ body: "", key: "" });
  return useMutation<Placed, ApiError, Wanted>({
    mutationFn: async ({ email, ...order }) => {
      const body = JSON.stringify([email, order]);
      if (last.current.body !== body) {
        last.current = { body, key: newKey() };
      }
      const params = { header: { "Idempotency-Key": last.current.key } };
      if (email !== undefined) {
        return answerOf(api.POST("/api/v1/guest-orders", { params, body: { ...order, email } }));
      }
      const { id, confirmBy, waitingBehind } = await answerOf(api.POST("/api/v1/orders", { params, body: order }));
      return { order: id, confirmBy, waitingBehind };
    },
    // A refused order changed nothing: the next try is another one.
    onError: ({ kind }) => {
      if (kind !== "unreachable" && kind !== "inFlight") {
        last.current = { body: "", key: "" };
      }
    },
  });
}
