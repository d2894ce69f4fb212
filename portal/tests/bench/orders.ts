/**
 * Measures how long an order takes on the real engine, from its confirmation to the first page of its Odoo, and prints the figures as one line of JSON:
 * `tools/bench.sh orders` runs it on the portal's Node.js.
 */
import { setTimeout as delay } from "node:timers/promises";
import { confirm, ordered, placed } from "../support/orders.ts";
import { onOrderingPortal, type OrderingPortal } from "./orderingPortal.ts";
import { at } from "./stats.ts";

/** Orders one after the other, and at once. */
const [rounds, many] = [10, 10];
/** Milliseconds between two questions for a page, for each of many, and until it has to be there. */
const [pollEvery, pollEachEvery, patience] = [50, 250, 300_000];

const settings = {
  plans: { starter: { price: 1900, currency: "EUR" } },
  slots: { local: { from: 960, to: 988 } },
};
const plan = { plan: "starter" };

/** Seconds from a moment to the first 200 of a tenant's login page through its Nginx. */
async function usable({ database }: OrderingPortal, tenant: string, since: number, every = pollEvery): Promise<number> {
  const { slot } = await database
    .selectFrom("tenant")
    .select("slot")
    .where("id", "=", tenant)
    .executeTakeFirstOrThrow();
  const url = `http://127.0.0.1:${20_000 + slot! * 10}/web/login`;
  for (; performance.now() - since < patience; await delay(every)) {
    const status = await fetch(url, { signal: AbortSignal.timeout(1000) }).then(
      async (answer) => (await answer.text(), answer.status),
      () => 0,
    );
    if (status === 200) {
      return (performance.now() - since) / 1000;
    }
  }
  throw new Error(`${url} didn't answer 200 in time`);
}

const figures = await onOrderingPortal("test-bench-orders", settings, async (portal) => {
  const { api, token, engine, done } = portal;
  // Images and seed are there before the clock starts.
  const warm = await ordered(api, token, "warm", plan);
  await done(warm.job);
  await engine.remove(warm.tenant);

  const alone: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const order = await placed(api, token, `alone${round}`, plan);
    const since = performance.now();
    const job = await confirm(api, token, order);
    alone.push(await usable(portal, order.tenant, since));
    await done(job);
    await engine.remove(order.tenant);
  }

  const orders: Awaited<ReturnType<typeof placed>>[] = [];
  for (let number = 0; number < many; number++) {
    orders.push(await placed(api, token, `many${number}`, plan));
  }
  const since = performance.now();
  const atOnce = await Promise.all(
    orders.map(async (order) => {
      const job = await confirm(api, token, order);
      const seconds = await usable(portal, order.tenant, since, pollEachEvery);
      await done(job);
      return seconds;
    }),
  );
  return {
    "portal.order.seconds": at(alone, 0.5),
    "portal.order.worst.seconds": Math.max(...alone),
    "portal.order10.first.seconds": Math.min(...atOnce),
    "portal.order10.seconds": Math.max(...atOnce),
  };
});
console.log(JSON.stringify(figures));
