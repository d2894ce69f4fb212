/** What Stripe tells, signed by its own library. */
import assert from "node:assert/strict";
import { test } from "node:test";
import Stripe from "stripe";
import { TestApi, webhookSecret } from "../support/api.ts";
import { paid, paidInvoices, PaidPortal } from "../support/paidPortal.ts";

const site = new PaidPortal();

test("what isn't signed by Stripe, is signed by another secret, was changed, or is old, is refused and has no effect", async () => {
  const { invoice, payer, read } = await site.billed();
  const event = paid(invoice, payer);
  const payload = JSON.stringify(event);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
  const refused = [
    site.api.tell(payload, ""),
    site.api.tell(payload, "t=1,v1=aa"),
    site.tell(event, { secret: "whsec_of_somebody_else" }),
    site.api.tell(payload.replace("3480", "3481"), signature),
    site.tell(event, { at: new Date(Date.now() - 301_000) }),
    site.api.tell("{", Stripe.webhooks.generateTestHeaderString({ payload: "{", secret: webhookSecret })),
  ];
  for (const answer of await Promise.all(refused)) {
    assert.equal(answer.status, 400);
  }
  assert.equal((await read()).payment, "open");
  assert.equal((await site.tell(event)).status, 204);
  assert.equal((await read()).payment, "paid");
});

test("an event that is told again, at once or later, and a second event of one payment have no effect", async () => {
  const { invoice, payer } = await site.billed();
  const event = paid(invoice, payer);
  const answers = await Promise.all(Array.from({ length: 8 }, () => site.tell(event)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [204]);
  const first = site.now;
  site.now = site.later(60);
  await site.tell(event);
  await site.tell({ ...event, id: "evt_another" });
  const [one, ...rest] = await site.payments(invoice);
  assert.deepEqual(rest, []);
  assert.deepEqual([one!.state, one!.paid_at], ["paid", first]);
});

test("another amount, currency or customer than the invoice's pays nothing and is in the audit trail; so is an invoice that isn't here; other events are nobody's", async () => {
  const { invoice, payer, read } = await site.billed();
  const other = await site.billed();
  const wrong = [
    paid(invoice, payer, { amount_received: 3479 }),
    paid(invoice, payer, { amount_received: 3481 }),
    paid(invoice, payer, { currency: "usd" }),
    paid(invoice, other.payer),
    paid(invoice, payer, { customer: null }),
    paid("aaaaaaaaaaaa", payer),
  ];
  for (const event of wrong) {
    assert.equal((await site.tell(event)).status, 204);
  }
  assert.equal((await read()).payment, "open");
  assert.equal((await other.read()).payment, "open");
  const entries = await site.database().selectFrom("audit").selectAll().where("action", "=", "payment.wrong").execute();
  assert.equal(entries.length, wrong.length);
  assert.deepEqual(await site.payments(invoice), []);
  const foreign = [
    { ...paid(invoice, payer), type: "invoice.paid" },
    paid(invoice, payer, { metadata: {} }),
    { id: "evt_x", type: "customer.created", data: { object: {} } },
  ];
  for (const event of foreign) {
    assert.equal((await site.tell(event)).status, 204);
  }
  assert.equal((await read()).payment, "open");
});

test("what Stripe tells isn't counted as a client's requests, and has a limit of its own", async () => {
  const { invoice, payer, token, read } = await site.billed();
  const api = new TestApi(site.database(), { invoices: paidInvoices, requestsPerMinute: 5 });
  const event = paid(invoice, payer);
  const payload = JSON.stringify({ object: "event", ...event });
  const tell = () =>
    api
      .tell(payload, Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret }))
      .then(({ status }) => status);
  for (let told = 0; told < 20; told += 1) {
    assert.equal(await tell(), 204);
  }
  assert.equal((await api.send("GET", "/invoices", { token })).status, 200);
  assert.equal((await read()).payment, "paid");
  // Nobody floods it: without a signature it is as limited.
  const flood = await Promise.all(Array.from({ length: 3000 }, () => api.tell("{}", "")));
  assert.equal(flood.at(-1)!.status, 429);
  assert.ok(flood.at(-1)!.headers.get("Retry-After"));
});
