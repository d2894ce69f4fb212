/** Prepared sets of modules, from what is offered to what a worker is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { TenantView } from "../../src/jobs/tenants.ts";
import type { OrderView } from "../../src/orders/orders.ts";
import { specOf } from "../../src/worker/work.ts";
import { orderOf, refusal, TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSets } from "../support/sets.ts";

const database = portalDatabase();

interface Sold {
  readonly sets: readonly object[];
  readonly usual: object | null;
  readonly usualWith: readonly { readonly modules: readonly string[]; readonly seconds: number; readonly of: number }[];
}

const json = async <Answer>(answer: Promise<Response>): Promise<Answer> => (await answer).json() as Promise<Answer>;
const sold = (api: TestApi): Promise<Sold> => json(api.send("GET", "/plans"));

test("where none is declared none is offered, and none can be ordered", async () => {
  const api = new TestApi(database());
  const token = await api.token("none@example.com");
  assert.deepEqual((({ sets, usualWith }) => [sets, usualWith])(await sold(api)), [[], []]);
  const order = (sets: unknown) => refusal(api.send("POST", "/orders", { token, body: { ...orderOf("none"), sets } }));
  assert.match(await order(["sales"]), /^422 .*"field":"sets","reason":"unknown","detail":"expected none: no sets/);
  assert.match(await order([]), /^201 .*"sets":\[\],"modules":\[\]/);
});

test("an order has what its sets hold together; who names another is told what is offered", async () => {
  const api = new TestApi(database(), { sets: testSets });
  const token = await api.token("sets@example.com");
  const named = Object.entries(testSets).map(([name, set]) => ({ name, ...set }));
  assert.deepEqual((await sold(api)).sets, named);
  const order = (address: string, sets: unknown) =>
    api.send("POST", "/orders", { token, body: { ...orderOf(address), sets } });
  for (const wrong of [["stock"], ["sales", "__proto__"], ["Sales"]]) {
    assert.match(await refusal(order("wrong", wrong)), /^422 .*"field":"sets","reason":"unknown".*sales, projects/);
  }
  for (const wrong of ["sales", [1], ["x".repeat(33)], Array(21).fill("sales")]) {
    assert.match(await refusal(order("wrong", wrong)), /^422 .*"field":"sets/);
  }
  const placed = await json<OrderView>(order("both", ["projects", "sales", "projects"]));
  assert.deepEqual(placed.sets, ["sales", "projects"]);
  assert.deepEqual(placed.modules, ["crm", "project", "sale_management"]);
  const guest = { ...orderOf("guest"), sets: ["projects"], email: "guest@example.com" };
  const { order: id } = await json<{ order: string }>(api.send("POST", "/guest-orders", { body: guest }));
  const row = database().selectFrom("order").innerJoin("tenant", "tenant.id", "order.tenant_id");
  assert.deepEqual(await row.select(["sets", "modules"]).where("order.id", "=", id).executeTakeFirst(), {
    sets: ["projects"],
    modules: ["crm", "project"],
  });
  const { entries } = await json<{ entries: { tenant: string; details: object }[] }>(
    api.send("GET", "/audit", { token }),
  );
  assert.deepEqual(entries.find(({ tenant }) => tenant === placed.tenant)?.details, {
    ...{ address: "both", plan: "basic", trial: false },
    sets: "sales, projects",
  });
});

test("a tenant keeps the modules that it was ordered with, whatever becomes of the sets", async () => {
  const token = await new TestApi(database()).token("kept@example.com");
  const { tenant } = await ordered(new TestApi(database(), { sets: testSets }), token, "kept", { sets: ["sales"] });
  for (const sets of [{ sales: { ...testSets.sales, modules: ["stock"] } }, {}]) {
    const api = new TestApi(database(), { sets });
    const view = await json<TenantView>(api.send("GET", `/tenants/${tenant}`, { token }));
    assert.deepEqual([view.sets, view.modules], [["sales"], ["crm", "sale_management"]]);
    assert.deepEqual((await specOf(database(), tenant)).modules, ["crm", "sale_management"]);
  }
});

test("how long an order takes is told apart by its modules", async () => {
  const api = new TestApi(database(), { sets: testSets });
  const token = await api.token("usual@example.com");
  const done = async (address: string, sets: readonly string[], seconds: number, count: number): Promise<void> => {
    const { tenant } = await ordered(api, token, address, { sets });
    await sql`
      insert into job (id, tenant_id, kind, delivery_id, state, queued_at, ended_at)
      select gen_random_uuid()::text, ${tenant}, 'create', gen_random_uuid(), 'done', now() - make_interval(secs => ${seconds}), now()
      from generate_series(1, ${count})`.execute(database());
  };
  await done("usual-sales", ["sales"], 90, 1);
  assert.equal((await sold(api)).usual, null);
  await done("usual-plain", [], 7.5, 120);
  await done("usual-both", ["projects", "sales"], 120, 2);
  await done("usual-again", ["sales"], 10, 2);
  const { usual, usualWith } = await sold(api);
  assert.deepEqual(usual, { seconds: 8, of: 100 });
  assert.deepEqual(usualWith, [
    { modules: ["crm", "sale_management"], seconds: 10, of: 3 },
    { modules: ["crm", "project", "sale_management"], seconds: 120, of: 2 },
  ]);
});
