/** Payments of invoices, by a real database, the API, what the worker calls, and stripe-mock; events are signed as Stripe signs them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { credit } from "../../src/invoices/issue.ts";
import type { InvoiceView } from "../../src/invoices/invoices.ts";
import type { CheckoutView } from "../../src/payments/checkouts.ts";
import { openPages, refundPayments } from "../../src/worker/paymentWork.ts";
import { json, paid, PaidPortal } from "../support/paidPortal.ts";

const site = new PaidPortal();

test("a customer asks for a page, the worker has Stripe make it once, and what Stripe tells pays the invoice; both lists, the table and a mail say so", async () => {
  const { token, invoice, payer, number, email, read } = await site.billed();
  assert.equal((await read()).payment, "open");
  const ask = () => json<CheckoutView>(site.api.send("POST", `/invoices/${invoice}/checkouts`, { token }));
  const asked = await ask();
  assert.deepEqual([asked.state, asked.url, asked.isLate], ["asked", null, false]);
  // A second tab has no page of its own.
  assert.equal((await ask()).id, asked.id);
  assert.equal(await openPages(site.parts(), site.now), 1);
  assert.equal(await openPages(site.parts(), site.now), 0);
  const open = await json<CheckoutView>(site.api.send("GET", `/checkouts/${asked.id}`, { token }));
  assert.equal(open.state, "open");
  assert.match(open.url!, /^https:\/\/checkout\.stripe\.com\//);
  const [session, ...rest] = site.stripe.asked;
  assert.deepEqual(rest, []);
  assert.equal(session!.key, `checkout-${asked.id}`);
  assert.deepEqual(Object.fromEntries(session!.body), {
    ...{ mode: "payment", customer: payer, client_reference_id: number, "adaptive_pricing[enabled]": "false" },
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": "3480",
    "line_items[0][price_data][product_data][name]": `Invoice ${number}`,
    "payment_intent_data[description]": `Invoice ${number}`,
    "payment_intent_data[metadata][invoice]": invoice,
    "payment_intent_data[setup_future_usage]": "off_session",
    success_url: "https://portal.example.com/invoices#paid",
    cancel_url: "https://portal.example.com/invoices",
    expires_at: String(site.later(120).getTime() / 1000),
  });

  assert.equal((await site.tell(paid(invoice, payer, { setup_future_usage: "off_session" }))).status, 204);
  const after = await read();
  assert.deepEqual([after.payment, after.paidAt], ["paid", site.now.toISOString()]);
  const csv = await (await site.api.send("GET", "/invoices.csv?month=2026-11", { token })).text();
  assert.match(csv, /creditedBy,payment,paid\r\n.*,paid,2026-12-01\r\n/);
  const theirs = await json<InvoiceView>(
    site.api.send("GET", `/operator/invoices/${invoice}`, { token: site.operator }),
  );
  assert.equal(theirs.payment, "paid");
  assert.deepEqual(await site.mails(), [
    { email, language: null, number, amount: 3480, currency: "EUR", became: "paid" },
  ]);
  assert.deepEqual(await site.mails(), []);
  assert.equal((await site.api.send("POST", `/invoices/${invoice}/checkouts`, { token })).status, 409);
  // The card that it was paid by is there for the next ones.
  const { card_at } = await site
    .database()
    .selectFrom("payer")
    .select("card_at")
    .where("service_id", "=", payer)
    .executeTakeFirstOrThrow();
  assert.ok(card_at);
});

test("a second payment of an invoice goes back, once, also when Stripe fails at first; the first one stays", async () => {
  const { invoice, payer, read, email, number } = await site.billed();
  await Promise.all([site.tell(paid(invoice, payer)), site.tell(paid(invoice, payer))]);
  const [kept, second] = (await site.payments(invoice)).sort((one, two) => one.state.localeCompare(two.state));
  assert.deepEqual([kept!.state, second!.state], ["paid", "refunding"]);
  assert.equal((await site.mails()).length, 1);
  site.stripe.answers.set("/v1/refunds", null);
  assert.equal(await refundPayments(site.parts(), site.now), 0);
  site.stripe.answers.clear();
  assert.equal(await refundPayments(site.parts(), site.now), 0);
  site.now = site.later(2);
  assert.equal(await refundPayments(site.parts(), site.now), 1);
  assert.equal(await refundPayments(site.parts(), site.later(10)), 0);
  const refunds = site.stripe.asked.filter(({ path }) => path === "/v1/refunds");
  assert.deepEqual([...new Set(refunds.map(({ key }) => key))], [`refund-${second!.id}`]);
  assert.equal(refunds.at(-1)!.body.get("payment_intent"), second!.reference);
  assert.equal((await read()).payment, "paid");
  assert.deepEqual(await site.mails(), [
    { email, language: null, number, amount: 3480, currency: "EUR", became: "refunded" },
  ]);
});

test("what was paid of an invoice that is cancelled goes back; a payment of one that was cancelled before does, too", async () => {
  const cancel = (id: string) =>
    site
      .database()
      .transaction()
      .execute((transaction) => credit(transaction, id, { reason: "Wrong", isIssuedAgain: false }, site.now));
  const one = await site.billed();
  await site.tell(paid(one.invoice, one.payer));
  await cancel(one.invoice);
  assert.equal((await one.read()).payment, "refunding");
  const other = await site.billed();
  await cancel(other.invoice);
  assert.equal((await other.read()).payment, "none");
  await site.tell(paid(other.invoice, other.payer));
  assert.equal((await other.read()).payment, "refunding");
  // Somebody gave it back at Stripe before.
  const body = { error: { type: "invalid_request_error", code: "charge_already_refunded", message: "again" } };
  site.stripe.answers.set("/v1/refunds", { status: 400, body });
  assert.equal(await refundPayments(site.parts(), site.now), 2);
  assert.deepEqual([(await one.read()).payment, (await other.read()).payment], ["refunded", "refunded"]);
});

test("an operator finds what is overdue, and notes what was paid otherwise, once, by its number; a payment by card after that goes back", async () => {
  const { token, invoice, number, payer, read } = await site.billed();
  const overdue = async () => {
    const page = await json<{ invoices: InvoiceView[] }>(
      site.api.send("GET", "/operator/invoices?overdue=true&limit=100", { token: site.operator }),
    );
    return page.invoices.filter(({ id }) => id === invoice).map((one) => one.payment);
  };
  assert.deepEqual(await overdue(), []);
  site.now = site.later(15 * 24 * 60);
  assert.deepEqual(await overdue(), ["overdue"]);
  const note = (body: object, as = site.operator) =>
    site.api.send("POST", `/operator/invoices/${invoice}/payments`, { token: as, body });
  const body = { number, reference: "Statement 12" };
  assert.equal((await note({ ...body, number: "2026-999999" })).status, 422);
  assert.equal((await note(body, token)).status, 403);
  const noted = await note(body);
  assert.equal(noted.status, 201);
  assert.equal(((await noted.json()) as InvoiceView).payment, "paid");
  assert.equal((await note(body)).status, 409);
  assert.equal((await site.payments(invoice)).length, 1);
  assert.deepEqual(await overdue(), []);
  await site.tell(paid(invoice, payer));
  const states = (await site.payments(invoice)).map(({ way, state }) => `${way} ${state}`);
  assert.deepEqual(states.sort(), ["operator paid", "stripe refunding"]);
  // What an operator found isn't Stripe's to give back.
  await site
    .database()
    .transaction()
    .execute((transaction) => credit(transaction, invoice, { reason: "Wrong", isIssuedAgain: false }, site.now));
  assert.equal((await read()).payment, "paid");
});
