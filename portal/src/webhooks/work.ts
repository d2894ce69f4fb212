import { setTimeout as delay } from "node:timers/promises";
import type { TenantQueue } from "../jobs/queue.ts";
import { deliverDue, type DeliveryParts, dueWebhooks, forgetOldWebhooks } from "./deliver.ts";
import { noteWebhookKey } from "./secrets.ts";

/** Webhooks that are told at the same time. One that doesn't answer holds a place for a timeout. */
const atOnce = 5;

/** Milliseconds between two looks at what is due, and between two at what is old. */
const [lookEvery, forgetEvery] = [1000, 3_600_000];

/**
 * Tells webhooks what is due, as long as the process lives. What is due is in the database: a process that ends in the middle loses nothing.
 *
 * @returns ends the looking; the queue waits for what is under way.
 */
export async function tellWebhooks(parts: DeliveryParts, queue: TenantQueue): Promise<() => void> {
  const { database, keys, now = () => new Date() } = parts;
  await noteWebhookKey(database, keys);
  await queue.workWebhooks(atOnce, (webhook, signal) => deliverDue(parts, webhook, signal));
  const ended = new AbortController();
  const looks = [
    looking("what webhooks are to be told", lookEvery, ended.signal, async () => {
      for (const webhook of await dueWebhooks(database, now())) {
        await queue.tell(webhook);
      }
    }),
    looking("what webhooks were told long ago", forgetEvery, ended.signal, () => forgetOldWebhooks(database, now())),
  ];
  void Promise.all(looks);
  return () => ended.abort();
}

/** Looks again and again, one look after another. */
async function looking(what: string, every: number, ended: AbortSignal, look: () => Promise<void>): Promise<void> {
  while (!ended.aborted) {
    await look().catch((error: unknown) => {
      console.error(`${what} wasn't looked for; it is tried again in ${every / 1000} s`, error);
    });
    await delay(every, undefined, { signal: ended }).catch(() => undefined);
  }
}
