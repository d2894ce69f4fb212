/** Orders that wait for a card. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../src/orders/identifiers.ts";
import { type OrderView, tidyOrders } from "../../src/orders/orders.ts";
import { notePlan } from "../../src/plans/resize.ts";
import type { CheckoutView } from "../../src/payments/checkouts.ts";
import { openPages } from "../../src/worker/paymentWork.ts";
import { idleQueue, refusal, TestApi } from "../support/api.ts";
import { placed } from "../support/orders.ts";
import { json, paidInvoices, PaidPortal, stored } from "../support/paidPortal.ts";

const site = new PaidPortal();

test("a paid order waits for a card for so long as for its confirmation, and keeps its slot no longer; a trial and a customer with a card don't wait", async () => {
  const waiting = await site.api.token("waits@example.com");
  const read = (order: string, token = waiting) => json<OrderView>(site.api.send("GET", `/orders/${order}`, { token }));
  const jobs = async (token = waiting) =>
    (await json<{ jobs: { tenant: string }[] }>(site.api.send("GET", "/jobs", { token }))).jobs.map(
      ({ tenant }) => tenant,
    );
  const confirmed = async (address: string, token = waiting, changes = {}) => {
    const order = await placed(site.api, token, address, changes);
    assert.equal((await site.api.send("POST", "/confirmations", { body: { code: order.code } })).status, 200);
    return order;
  };
  const first = await confirmed("first");
  const { payBy, state } = await read(first.order);
  assert.equal(state, "confirmed");
  assert.ok(Math.abs(Date.parse(payBy!) - Date.now() - 24 * 3_600_000) < 60_000);
  assert.deepEqual(await jobs(), []);
  const trial = await confirmed("trial", waiting, { trial: true });
  assert.deepEqual(await jobs(), [trial.tenant]);

  site.now = new Date();
  const { id } = await json<CheckoutView>(
    site.api.send("POST", `/orders/${first.order}/checkouts`, { token: waiting }),
  );
  assert.equal(await openPages(site.parts(), site.now), 1);
  const [customerMade, session] = site.stripe.asked;
  const customer = await site.customerOf("waits@example.com");
  assert.deepEqual([customerMade!.path, customerMade!.key], ["/v1/customers", `customer-${customer}`]);
  assert.deepEqual(
    [session!.key, session!.body.get("mode"), session!.body.get("currency"), session!.body.get("success_url")],
    [`checkout-${id}`, "setup", "eur", `https://portal.example.com/orders/${first.order}#paid`],
  );
  assert.equal(session!.body.get("setup_intent_data[metadata][customer]"), customer);
  const { service_id: payer } = await site
    .database()
    .selectFrom("payer")
    .select("service_id")
    .where("customer_id", "=", customer)
    .executeTakeFirstOrThrow();

  // Somebody else's card is nobody's.
  await site.tell(stored(customer, "cus_other"));
  assert.deepEqual(await jobs(), [trial.tenant]);
  await site.tell(stored(customer, payer));
  assert.deepEqual((await jobs()).sort(), [trial.tenant, first.tenant].sort());
  assert.equal((await read(first.order)).payBy, null);
  assert.equal((await site.api.send("POST", `/orders/${first.order}/checkouts`, { token: waiting })).status, 409);
  const next = await confirmed("next");
  assert.ok((await jobs()).includes(next.tenant));

  const idle = await site.api.token("idle@example.com");
  const late = await confirmed("late", idle);
  const taken = async () =>
    (await site.database().selectFrom("tenant").select("slot").where("id", "=", late.tenant).executeTakeFirstOrThrow())
      .slot;
  assert.notEqual(await taken(), null);
  await tidyOrders(site.database(), site.settings, idleQueue);
  assert.notEqual(await taken(), null);
  await site
    .database()
    .updateTable("order")
    .set({ card_by: new Date(Date.now() - 1000) })
    .where("id", "=", late.order)
    .execute();
  // Who asked for the page in time may store his card there until it is over; one that was asked for later keeps nothing.
  const asked = async (minutesAgo: number) => {
    const page = { id: newId(), customer_id: await site.customerOf("idle@example.com"), order_id: late.order };
    await site
      .database()
      .insertInto("checkout")
      .values({
        ...page,
        ...{ invoice_id: null, url: "https://pay.example.com/x", asked_at: new Date(Date.now() - minutesAgo * 60_000) },
        until: new Date(Date.now() - minutesAgo * 60_000 + 60 * 60_000),
      })
      .execute();
    await tidyOrders(site.database(), site.settings, idleQueue);
    await site.database().deleteFrom("checkout").where("id", "=", page.id).execute();
  };
  await asked(65);
  assert.notEqual(await taken(), null);
  await asked(0);
  assert.equal(await taken(), null);
  assert.equal((await read(late.order, idle)).state, "expired");
});

test("a free instance gets no plan that costs without a card, as an order of it would wait for one; a cheaper plan needs none", async () => {
  const plans = { free: { price: 0, currency: "EUR" }, basic: { price: 2900, currency: "EUR" } };
  const api = new TestApi(site.database(), { invoices: paidInvoices, plans });
  const token = await api.token("free@example.com");
  const { tenant } = await placed(api, token, "free", { plan: "free" });
  await site.database().updateTable("tenant").set({ made_state: "running" }).where("id", "=", tenant).execute();
  const resize = (plan: string) =>
    api.send("PUT", `/tenants/${tenant}/plan`, { token, body: { plan, isDowntimeAccepted: true } });
  assert.match(await refusal(resize("basic")), /^409.*store one first.*"reason":"noCard"/);
  const customer = await site.customerOf("free@example.com");
  const payer = { customer_id: customer, service_id: "cus_free", card_at: new Date() };
  await site.database().insertInto("payer").values(payer).execute();
  assert.equal((await resize("basic")).status, 200);
  await site.database().updateTable("job").set({ state: "done" }).where("tenant_id", "=", tenant).execute();
  await site
    .database()
    .transaction()
    .execute((transaction) => notePlan(transaction, tenant, "basic", new Date()));
  await site.database().updateTable("payer").set({ card_at: null }).where("customer_id", "=", customer).execute();
  assert.equal((await resize("free")).status, 200);
});

test("where nothing is paid by Stripe no page is asked for, no order waits, and nobody is believed; what customers pay by is said with the plans", async () => {
  const plain = new TestApi(site.database(), { invoices: { ...paidInvoices, payment: "invoice" } });
  const { token, invoice } = await site.billed();
  const answer = await plain.send("POST", `/invoices/${invoice}/checkouts`, { token });
  assert.equal(answer.status, 409);
  assert.match(await answer.text(), /pay as the invoice says/);
  const order = await placed(plain, token, "waits-not");
  assert.equal((await plain.send("POST", "/confirmations", { body: { code: order.code } })).status, 200);
  const { payBy } = await json<OrderView>(plain.send("GET", `/orders/${order.order}`, { token }));
  assert.equal(payBy, null);
  const ways = [site.api, plain, new TestApi(site.database())].map(async (one) => {
    const { payment } = await json<{ payment: string }>(one.send("GET", "/plans"));
    return payment;
  });
  assert.deepEqual(await Promise.all(ways), ["stripe", "invoice", "none"]);
});
