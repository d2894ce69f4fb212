import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { type ApiError, newKey } from "../api.ts";

/**
 * A write to the API. What is sent again after a lost answer, by itself at first and then by whoever asked for it, has its first key, and so one effect; after a refusal,
 * which changed nothing, or an answer the next is another one.
 *
 * @param send sends what is wanted with the key
 * @param done what is done with the answer
 */
export function useWrite<Wanted = void, Answer = unknown>(
  send: (wanted: Wanted, params: { readonly header: { readonly "Idempotency-Key": string } }) => Promise<Answer>,
  done?: (answer: Answer) => Promise<unknown> | undefined,
) {
  const last = useRef({ wanted: "", key: "" });
  return useMutation<Answer, ApiError, Wanted>({
    mutationFn: (wanted) => {
      const text = JSON.stringify(wanted ?? null);
      if (last.current.wanted !== text) {
        last.current = { wanted: text, key: newKey() };
      }
      return send(wanted, { header: { "Idempotency-Key": last.current.key } });
    },
    // While somebody's phone changes its network.
    retry: (tries, { kind }) => kind === "unreachable" && tries < 2,
    retryDelay: 1000,
    onSuccess: async (answer) => {
      last.current = { wanted: "", key: "" };
      await done?.(answer);
    },
    onError: ({ kind }) => {
      if (kind !== "unreachable" && kind !== "inFlight") {
        last.current = { wanted: "", key: "" };
      }
    },
  });
}
