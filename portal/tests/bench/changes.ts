/**
 * Measures how long a change of one instance takes among two of the portal and among a thousand, on the real engine, and prints the figures as one line of
 * JSON: `tools/bench.sh orders` runs it on the portal's Node.js.
 */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { ordered } from "../support/orders.ts";
import { onOrderingPortal, type OrderingPortal } from "./orderingPortal.ts";
import { at } from "./stats.ts";

/** Changes of each size of the portal, and how many instances the larger one has. */
const [rounds, many] = [5, 1000];
/** Slot of the first of the two that are made; the others have those around. */
const firstSlot = 960;

const price = { price: 1900, currency: "EUR" };
const settings = {
  plans: { starter: price, basic: price },
  slots: { local: { from: firstSlot, to: firstSlot + 1 } },
};

/** Adds instances as they are once they were made: a row each, and a state as that of one that is there. */
async function addOthers({ database, workers }: OrderingPortal, like: string, count: number): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    insert into tenant (id, customer_id, address, company, plan, odoo_version, made_state, ready_at, host, slot)
    select 't' || lpad(number::text, 11, '0'), customer_id, 'other' || number, 'Other Ltd', 'starter', '19.0', 'running', now(), 'local',
      case when number <= ${firstSlot} then number - 1 else number + 1 end
    from tenant, generate_series(1, ${count}) number where tenant.id = ${like} returning id`.execute(database);
  const states = join(workers.folder, "state", ".pulumi", "stacks", "odoo-fleet-portal");
  for (const { id } of rows) {
    copyFileSync(join(states, `${like}.json`), join(states, `${id}.json`));
  }
}

/** Seconds of a change of an instance's plan until its job is done, the median of some. */
async function change({ api, token, done }: OrderingPortal, tenant: string): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const view = (await (await api.send("GET", `/tenants/${tenant}`, { token })).json()) as { plan: string };
    const body = { plan: view.plan === "starter" ? "basic" : "starter", isDowntimeAccepted: true };
    const since = performance.now();
    const answer = await api.send("PUT", `/tenants/${tenant}/plan`, { token, body });
    await done(((await answer.json()) as { job: string }).job);
    taken.push((performance.now() - since) / 1000);
  }
  return at(taken, 0.5);
}

const figures = await onOrderingPortal("test-bench-changes", settings, async (portal) => {
  const made: string[] = [];
  for (const address of ["first", "second"]) {
    const { tenant, job } = await ordered(portal.api, portal.token, address, { plan: "starter" });
    await portal.done(job);
    made.push(tenant);
  }
  const [first, second] = made;
  const ofTwo = await change(portal, first!);
  await addOthers(portal, second!, many - made.length);
  const ofMany = await change(portal, first!);
  return {
    "portal.change2.seconds": ofTwo,
    "portal.change1000.seconds": ofMany,
    "portal.change1000.ratio": ofMany / ofTwo,
  };
});
console.log(JSON.stringify(figures));
