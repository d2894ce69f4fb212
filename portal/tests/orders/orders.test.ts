import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmOrder as confirmIn } from "../../src/orders/confirmations.ts";
import { customerOf } from "../../src/orders/customers.ts";
import { OrderRefusedError, OrderStateError } from "../../src/orders/orderErrors.ts";
import {
  cancelOrder,
  listOrders,
  type OrderRequest,
  placeOrder,
  readOrder,
  tidyOrders,
} from "../../src/orders/orders.ts";
import type { Settings } from "../../src/settings.ts";
import { noteAlerts } from "../../src/alerts/alerts.ts";
import { notePlanNeeds, planNeeds } from "../../src/plans/planNeeds.ts";
import { idleQueue } from "../support/api.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";

const database = portalDatabase();

const request: OrderRequest = {
  address: "acme",
  company: "Acme Ltd",
  plan: "basic",
  odooVersion: "19.0",
  sets: [],
  trial: false,
  terms: true,
};

/** A host of its own for each test, so that none takes another's places. */
let hosts = 0;
function settingsFor(size: number, changes: Readonly<Record<string, unknown>> = {}): Settings {
  hosts += 1;
  return testSettings({ slots: { [`host${hosts}`]: { from: 500, to: 499 + size } }, ...changes });
}

function order(settings: Settings, customer: string, changes: Partial<OrderRequest>) {
  return database()
    .transaction()
    .execute(async (transaction) => {
      const { email } = await transaction
        .selectFrom("customer")
        .select("email")
        .where("id", "=", customer)
        .executeTakeFirstOrThrow();
      return placeOrder(transaction, settings, idleQueue, { customer, email }, { ...request, ...changes });
    });
}

const confirm = (settings: Settings, token: string) =>
  database()
    .transaction()
    .execute((transaction) => confirmIn(transaction, settings, idleQueue, token));

const cancel = (settings: Settings, customer: string, id: string) =>
  database()
    .transaction()
    .execute((transaction) => cancelOrder(transaction, settings, idleQueue, customer, id));

const slotOf = async (tenant: string) =>
  (await database().selectFrom("tenant").select("slot").where("id", "=", tenant).executeTakeFirstOrThrow()).slot;

const makeOverdue = (id: string) =>
  database()
    .updateTable("order")
    .set({ confirm_by: new Date(Date.now() - 1000) } as never)
    .where("id", "=", id)
    .execute();

test("100 orders at once for 50 slots sell exactly 50, and the others are told their place in the queue", async () => {
  const settings = settingsFor(50);
  const customer = await customerOf(database(), "rush@example.com");
  const placed = await Promise.all(
    Array.from({ length: 100 }, (_, index) => order(settings, customer, { address: `rush${index}` })),
  );
  const served = placed.filter(({ order: { waitingBehind } }) => waitingBehind === null);
  assert.equal(served.length, 50);
  const slots = await Promise.all(served.map(({ order: { tenant } }) => slotOf(tenant)));
  assert.deepEqual(
    slots.sort((one, other) => one! - other!),
    Array.from({ length: 50 }, (_, index) => 500 + index),
  );
  const behind = placed.flatMap(({ order: { waitingBehind } }) => waitingBehind ?? []);
  assert.deepEqual(
    behind.sort((one, other) => one - other),
    Array.from({ length: 50 }, (_, index) => index),
  );
  // Ends the queue, for the other tests.
  await Promise.all(placed.map(({ order: { id } }) => cancel(settings, customer, id)));
});

test("two orders at once for one address: one has it, the other is told", async () => {
  const settings = settingsFor(20);
  const customer = await customerOf(database(), "twice@example.com");
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => order(settings, customer, { address: "twice" })),
  );
  const refused = outcomes.filter((outcome) => outcome.status === "rejected").map(({ reason }) => reason as unknown);
  assert.equal(refused.length, 9);
  for (const error of refused) {
    assert.ok(error instanceof OrderRefusedError);
    assert.deepEqual([error.field, error.reason], ["address", "taken"]);
  }
});

test("a cancelled order gives its place to who waits the longest, and its address to anybody", async () => {
  const settings = settingsFor(1);
  const customer = await customerOf(database(), "queue@example.com");
  const first = (await order(settings, customer, { address: "queue1" })).order;
  const second = (await order(settings, customer, { address: "queue2" })).order;
  const third = (await order(settings, customer, { address: "queue3" })).order;
  assert.deepEqual([first.waitingBehind, second.waitingBehind, third.waitingBehind], [null, 0, 1]);

  assert.equal((await cancel(settings, customer, first.id))?.state, "cancelled");
  assert.equal(await slotOf(second.tenant), 500);
  assert.equal((await readOrder(database(), customer, third.id))?.waitingBehind, 0);
  await assert.rejects(cancel(settings, customer, first.id), OrderStateError);

  // Who comes later doesn't overtake.
  const fourth = (await order(settings, customer, { address: "queue1" })).order;
  assert.equal(fourth.waitingBehind, 1);
  for (const { id } of [second, third, fourth]) {
    await cancel(settings, customer, id);
  }
});

test("an order that isn't confirmed in time expires: place and address are free, and its link is void", async () => {
  const settings = settingsFor(1);
  const customer = await customerOf(database(), "late@example.com");
  const { order: late, confirmation } = await order(settings, customer, { address: "late1" });
  const { order: waiting } = await order(settings, customer, { address: "late2" });
  await makeOverdue(late.id);
  assert.equal(await confirm(settings, confirmation.token), undefined);
  await tidyOrders(database(), settings, idleQueue);
  assert.equal((await readOrder(database(), customer, late.id))?.state, "expired");
  const entries = await database().selectFrom("audit").selectAll().where("subject", "=", late.id).execute();
  assert.deepEqual(
    entries.map(({ actor, action, tenant_id }) => [actor, action, tenant_id]),
    [["portal", "order.expired", late.tenant]],
  );
  assert.equal(await slotOf(waiting.tenant), 500);
  assert.equal((await order(settings, customer, { address: "late1" })).order.waitingBehind, 0);
});

test("a link of confirmation works once, also when it is used ten times at once, and its token isn't kept", async () => {
  const settings = settingsFor(1);
  const customer = await customerOf(database(), "once@example.com");
  const { order: placed, confirmation } = await order(settings, customer, { address: "once" });
  assert.equal(confirmation.email, "once@example.com");
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => confirm(settings, confirmation.token)));
  assert.deepEqual(
    outcomes.filter((confirmed) => confirmed !== undefined),
    [{ order: placed.id, tenant: placed.tenant, customer, email: "once@example.com" }],
  );
  assert.equal((await readOrder(database(), customer, placed.id))?.state, "confirmed");
  assert.equal(await confirm(settings, "x".repeat(43)), undefined);
  const kept = await database().selectFrom("confirmation").selectAll().execute();
  assert.ok(!JSON.stringify(kept).includes(confirmation.token));
});

test("a deleted tenant's address is held for 90 days, then free", async () => {
  const settings = settingsFor(2);
  const customer = await customerOf(database(), "held@example.com");
  const { order: first } = await order(settings, customer, { address: "held" });
  const deleteBefore = (days: number) =>
    database()
      .updateTable("tenant")
      .set({ deleted_at: new Date(Date.now() - days * 86_400_000), host: null, slot: null })
      .where("id", "=", first.tenant)
      .execute();
  await deleteBefore(89);
  await assert.rejects(order(settings, customer, { address: "held" }), { reason: "held" });
  await deleteBefore(91);
  assert.equal((await order(settings, customer, { address: "held" })).order.state, "unconfirmed");
});

test("what isn't sold is refused by field, with what is sold", async () => {
  const settings = settingsFor(1);
  const customer = await customerOf(database(), "picky@example.com");
  const refusal = async (changes: Partial<OrderRequest>, expected: Partial<OrderRefusedError>) => {
    await assert.rejects(order(settings, customer, { address: "picky", ...changes }), expected);
  };
  await refusal({ plan: "huge" }, { field: "plan", reason: "unknown", detail: "expected one of basic, pro" });
  await refusal({ plan: "constructor" }, { field: "plan", reason: "unknown" });
  await refusal({ odooVersion: "12.0" }, { field: "odooVersion", reason: "unknown" });
  await refusal({ plan: "pro", trial: true }, { field: "trial", reason: "notOffered" });
  await refusal({ terms: false }, { field: "terms", reason: "notAccepted" });
  await refusal({ address: "www" }, { field: "address", reason: "reserved" });
  assert.equal((await listOrders(database(), customer, { limit: 10 })).orders.length, 0);
});

test("a customer reads, lists and cancels orders of his own only, page by page", async () => {
  const settings = settingsFor(5);
  const mine = await customerOf(database(), "Mine@example.com");
  const other = await customerOf(database(), "other@example.com");
  assert.equal(await customerOf(database(), "mine@EXAMPLE.com"), mine);
  const ids: string[] = [];
  for (const address of ["mine1", "mine2", "mine3"]) {
    ids.unshift((await order(settings, mine, { address })).order.id);
  }
  const { id: foreign } = (await order(settings, other, { address: "other1" })).order;
  assert.equal(await readOrder(database(), mine, foreign), undefined);
  assert.equal(await cancel(settings, mine, foreign), undefined);
  assert.equal((await readOrder(database(), other, foreign))?.state, "unconfirmed");

  const first = await listOrders(database(), mine, { limit: 2 });
  assert.ok(first.next);
  const second = await listOrders(database(), mine, { limit: 2, before: first.next });
  assert.equal(second.next, undefined);
  assert.deepEqual(
    [...first.orders, ...second.orders].map(({ id }) => id),
    ids,
  );
});

test("a place is given where its host holds the plan beside what it has, declared tenants too; what is too large waits, and what fits doesn't", async () => {
  const plans = {
    starter: { price: 1900, currency: "EUR" },
    basic: { price: 2900, currency: "EUR" },
  };
  const settings = settingsFor(10, { plans });
  const [host] = Object.keys(settings.slots) as [string];
  const open = { hosts: { [host]: {} }, environment: "prod" };
  const { plans: needs } = planNeeds({ fleet: open }, settings);
  // Room for a basic one and two starters, of which a declared tenant has one's.
  const memory = needs["basic"]!.memoryMiB + 2 * needs["starter"]!.memoryMiB;
  const declared = { [host]: { memoryMiB: needs["starter"]!.memoryMiB, cpus: 0 } };
  const note = (more: object) =>
    notePlanNeeds(database(), planNeeds({ fleet: { ...open, hosts: { [host]: { memory } } }, ...more }, settings));
  await note({ declared });
  const customer = await customerOf(database(), "roomy@example.com");
  const placed: Awaited<ReturnType<typeof order>>[] = [];
  for (const [index, plan] of ["basic", "basic", "starter", "starter"].entries()) {
    placed.push(await order(settings, customer, { address: `roomy${index}`, plan }));
  }
  const hasPlace = () => Promise.all(placed.map(async ({ order: { tenant } }) => (await slotOf(tenant)) !== null));
  assert.deepEqual(await hasPlace(), [true, false, true, false]);
  assert.deepEqual(
    placed.map(({ order: { waitingBehind } }) => waitingBehind),
    [null, 0, null, 1],
  );
  // What becomes free is the next one's that it holds.
  await cancel(settings, customer, placed[2]!.order.id);
  assert.deepEqual(await hasPlace(), [true, false, false, true]);
  await cancel(settings, customer, placed[0]!.order.id);
  assert.deepEqual(await hasPlace(), [false, true, false, true]);
  // No declared tenant any more.
  const last = await order(settings, customer, { address: "roomy4", plan: "starter" });
  assert.equal(last.order.waitingBehind, 0);
  await note({});
  await tidyOrders(database(), settings, idleQueue);
  assert.notEqual(await slotOf(last.order.tenant), null);
});

test("a host whose disk, or the one with its backups, is about to be full takes none, until that is over", async () => {
  const settings = settingsFor(5);
  const [host] = Object.keys(settings.slots) as [string];
  const customer = await customerOf(database(), "full@example.com");
  const tell = (names: readonly string[], of = host) =>
    noteAlerts(
      database(),
      { host },
      names.map((name) => ({ name, severity: "warning", summary: name, startedAt: new Date(), host: of })),
      new Date(),
    );
  let index = 0;
  for (const name of ["HostDiskSpaceLow", "HostDiskFilling", "RepositoryFull"]) {
    await tell([name]);
    const placed = await order(settings, customer, { address: `full${index++}` });
    assert.equal(placed.order.waitingBehind, 0, name);
    await tell([name], "elsewhere");
    await tidyOrders(database(), settings, idleQueue);
    assert.notEqual(await slotOf(placed.order.tenant), null, name);
  }
  await tell(["HostMemoryHigh"]);
  assert.equal((await order(settings, customer, { address: "full9" })).order.waitingBehind, null);
});
