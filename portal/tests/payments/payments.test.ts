/** Payments by a real database, the API, what the worker calls, Stripe's own library, and stripe-mock; events are signed as Stripe signs them. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import Stripe from "stripe";
import { credit, issue } from "../../src/invoices/issue.ts";
import type { InvoiceView } from "../../src/invoices/invoices.ts";
import type { OrderView } from "../../src/orders/orders.ts";
import { tidyOrders } from "../../src/orders/orders.ts";
import type { CheckoutView } from "../../src/payments/checkouts.ts";
import { type SendablePayment, sendPayments } from "../../src/payments/paymentMails.ts";
import { chargeCards, openPages, refundPayments } from "../../src/worker/paymentWork.ts";
import { idleQueue, TestApi, webhookSecret } from "../support/api.ts";
import { placed } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";
import { StripeMock } from "../support/stripeMock.ts";

let stripe: StripeMock;
const database = portalDatabase({
  begin: async () => void (stripe = await StripeMock.start()),
  end: () => stripe.stop(),
});
const seller = { name: "Example Hosting SARL", address: ["1 rue de la Paix"], country: "FR" };
const invoices = { since: "2026-11", seller, vatPercent: 20, payment: "stripe" };
const settings = testSettings({ invoices });
const issuedAt = new Date("2026-12-01T02:00:00Z");
const party = { ...seller, vatId: null, note: null };
let now = issuedAt;
let api: TestApi;
let operator: string;
let count = 0;

beforeEach(async () => {
  now = issuedAt;
  api ??= new TestApi(database(), { invoices });
  api.now = () => now;
  operator ??= await api.token("operator@example.com", ["operator:invoices"]);
  // What the test before has left to do.
  await refundPayments(parts(), new Date());
  await mails();
  stripe.answers.clear();
  stripe.asked.length = 0;
});

const parts = () => ({ database: database(), settings, service: stripe.service() });
const json = async <Answer>(answer: Promise<Response>): Promise<Answer> => (await answer).json() as Promise<Answer>;
const later = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);

/** A customer with an invoice of 34.80, who is known at Stripe, with a card if `hasCard`. */
async function billed({ hasCard = false, currency = "EUR" } = {}) {
  const email = `payer${(count += 1)}@example.com`;
  const token = await api.token(email);
  const { id: customer } = await database()
    .selectFrom("customer")
    .select("id")
    .where("email", "=", email)
    .executeTakeFirstOrThrow();
  const payer = `cus_${customer}`;
  const card_at = hasCard ? new Date("2026-11-01T00:00:00Z") : null;
  await database().insertInto("payer").values({ customer_id: customer, service_id: payer, card_at }).execute();
  const lines = [{ tenant: "t", address: "a", plan: "basic", price: 2900, seconds: 1, monthSeconds: 1, amount: 2900 }];
  const draft = { customer, month: "2026-11", currency, attempt: 0, seller: party, buyer: party, lines };
  const { id: invoice, number } = await database()
    .transaction()
    .execute((transaction) => issue(transaction, { ...draft, vatRate: 2000, dueDays: 14 }, issuedAt));
  const read = () => json<InvoiceView>(api.send("GET", `/invoices/${invoice}`, { token }));
  return { email, token, customer, payer, invoice, number, read };
}

const tell = (event: object, { secret = webhookSecret, at = new Date() } = {}): Promise<Response> => {
  const payload = JSON.stringify({ object: "event", ...event });
  const timestamp = Math.floor(at.getTime() / 1000);
  return api.tell(payload, Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }));
};

/** That a payment was made. */
function paid(invoice: string, payer: string, changes: object = {}) {
  const object = {
    ...{ id: `pi_${crypto.randomUUID()}`, object: "payment_intent", amount_received: 3480, currency: "eur" },
    ...{ customer: payer, metadata: { invoice }, setup_future_usage: null, ...changes },
  };
  return { id: `evt_${crypto.randomUUID()}`, type: "payment_intent.succeeded", data: { object } };
}

const stored = (customer: string, payer: string) => ({
  id: `evt_${crypto.randomUUID()}`,
  type: "setup_intent.succeeded",
  data: { object: { id: "seti_1", customer: payer, metadata: { customer } } },
});

async function mails(): Promise<SendablePayment[]> {
  const sent: SendablePayment[] = [];
  await sendPayments(database(), now, (mail) => {
    sent.push(mail);
    return Promise.resolve();
  });
  return sent;
}

const payments = (invoice: string) =>
  database().selectFrom("payment").selectAll().where("invoice_id", "=", invoice).orderBy("paid_at").execute();

test("a customer asks for a page, the worker has Stripe make it once, and what Stripe tells pays the invoice; both lists, the table and a mail say so", async () => {
  const { token, invoice, payer, number, email, read } = await billed();
  assert.equal((await read()).payment, "open");
  const ask = () => json<CheckoutView>(api.send("POST", `/invoices/${invoice}/checkouts`, { token }));
  const asked = await ask();
  assert.deepEqual([asked.state, asked.url, asked.isLate], ["asked", null, false]);
  // A second tab has no page of its own.
  assert.equal((await ask()).id, asked.id);
  assert.equal(await openPages(parts(), now), 1);
  assert.equal(await openPages(parts(), now), 0);
  const open = await json<CheckoutView>(api.send("GET", `/checkouts/${asked.id}`, { token }));
  assert.equal(open.state, "open");
  assert.match(open.url!, /^https:\/\/checkout\.stripe\.com\//);
  const [session, ...rest] = stripe.asked;
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
    expires_at: String(later(120).getTime() / 1000),
  });

  assert.equal((await tell(paid(invoice, payer, { setup_future_usage: "off_session" }))).status, 204);
  const after = await read();
  assert.deepEqual([after.payment, after.paidAt], ["paid", now.toISOString()]);
  const csv = await (await api.send("GET", "/invoices.csv?month=2026-11", { token })).text();
  assert.match(csv, /creditedBy,payment,paid\r\n.*,paid,2026-12-01\r\n/);
  const theirs = await json<InvoiceView>(api.send("GET", `/operator/invoices/${invoice}`, { token: operator }));
  assert.equal(theirs.payment, "paid");
  assert.deepEqual(await mails(), [{ email, number, amount: 3480, currency: "EUR", became: "paid" }]);
  assert.deepEqual(await mails(), []);
  assert.equal((await api.send("POST", `/invoices/${invoice}/checkouts`, { token })).status, 409);
  // The card that it was paid by is there for the next ones.
  const { card_at } = await database()
    .selectFrom("payer")
    .select("card_at")
    .where("service_id", "=", payer)
    .executeTakeFirstOrThrow();
  assert.ok(card_at);
});

test("what isn't signed by Stripe, is signed by another secret, was changed, or is old, is refused and has no effect", async () => {
  const { invoice, payer, read } = await billed();
  const event = paid(invoice, payer);
  const payload = JSON.stringify(event);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
  const refused = [
    api.tell(payload, ""),
    api.tell(payload, "t=1,v1=aa"),
    tell(event, { secret: "whsec_of_somebody_else" }),
    api.tell(payload.replace("3480", "3481"), signature),
    tell(event, { at: new Date(Date.now() - 301_000) }),
    api.tell("{", Stripe.webhooks.generateTestHeaderString({ payload: "{", secret: webhookSecret })),
  ];
  for (const answer of await Promise.all(refused)) {
    assert.equal(answer.status, 400);
  }
  assert.equal((await read()).payment, "open");
  assert.equal((await tell(event)).status, 204);
  assert.equal((await read()).payment, "paid");
});

test("an event that is told again, at once or later, and a second event of one payment have no effect", async () => {
  const { invoice, payer } = await billed();
  const event = paid(invoice, payer);
  const answers = await Promise.all(Array.from({ length: 8 }, () => tell(event)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [204]);
  now = later(60);
  await tell(event);
  await tell({ ...event, id: "evt_another" });
  const [one, ...rest] = await payments(invoice);
  assert.deepEqual(rest, []);
  assert.deepEqual([one!.state, one!.paid_at], ["paid", issuedAt]);
});

test("another amount, currency or customer than the invoice's pays nothing and is in the audit trail; so is an invoice that isn't here; other events are nobody's", async () => {
  const { invoice, payer, read } = await billed();
  const other = await billed();
  const wrong = [
    paid(invoice, payer, { amount_received: 3479 }),
    paid(invoice, payer, { amount_received: 3481 }),
    paid(invoice, payer, { currency: "usd" }),
    paid(invoice, other.payer),
    paid(invoice, payer, { customer: null }),
    paid("aaaaaaaaaaaa", payer),
  ];
  for (const event of wrong) {
    assert.equal((await tell(event)).status, 204);
  }
  assert.equal((await read()).payment, "open");
  assert.equal((await other.read()).payment, "open");
  const entries = await database().selectFrom("audit").selectAll().where("action", "=", "payment.wrong").execute();
  assert.equal(entries.length, wrong.length);
  assert.deepEqual(await payments(invoice), []);
  const foreign = [
    { ...paid(invoice, payer), type: "invoice.paid" },
    paid(invoice, payer, { metadata: {} }),
    { id: "evt_x", type: "customer.created", data: { object: {} } },
  ];
  for (const event of foreign) {
    assert.equal((await tell(event)).status, 204);
  }
  assert.equal((await read()).payment, "open");
});

test("a second payment of an invoice goes back, once, also when Stripe fails at first; the first one stays", async () => {
  const { invoice, payer, read, email, number } = await billed();
  await Promise.all([tell(paid(invoice, payer)), tell(paid(invoice, payer))]);
  const [kept, second] = (await payments(invoice)).sort((one, two) => one.state.localeCompare(two.state));
  assert.deepEqual([kept!.state, second!.state], ["paid", "refunding"]);
  assert.equal((await mails()).length, 1);
  stripe.answers.set("/v1/refunds", null);
  assert.equal(await refundPayments(parts(), now), 0);
  stripe.answers.clear();
  assert.equal(await refundPayments(parts(), now), 0);
  now = later(2);
  assert.equal(await refundPayments(parts(), now), 1);
  assert.equal(await refundPayments(parts(), later(10)), 0);
  const refunds = stripe.asked.filter(({ path }) => path === "/v1/refunds");
  assert.deepEqual([...new Set(refunds.map(({ key }) => key))], [`refund-${second!.id}`]);
  assert.equal(refunds.at(-1)!.body.get("payment_intent"), second!.reference);
  assert.equal((await read()).payment, "paid");
  assert.deepEqual(await mails(), [{ email, number, amount: 3480, currency: "EUR", became: "refunded" }]);
});

test("what was paid of an invoice that is cancelled goes back; a payment of one that was cancelled before does, too", async () => {
  const cancel = (id: string) =>
    database()
      .transaction()
      .execute((transaction) => credit(transaction, id, { reason: "Wrong", isIssuedAgain: false }, now));
  const one = await billed();
  await tell(paid(one.invoice, one.payer));
  await cancel(one.invoice);
  assert.equal((await one.read()).payment, "refunding");
  const other = await billed();
  await cancel(other.invoice);
  assert.equal((await other.read()).payment, "none");
  await tell(paid(other.invoice, other.payer));
  assert.equal((await other.read()).payment, "refunding");
  // Somebody gave it back at Stripe before.
  const body = { error: { type: "invalid_request_error", code: "charge_already_refunded", message: "again" } };
  stripe.answers.set("/v1/refunds", { status: 400, body });
  assert.equal(await refundPayments(parts(), now), 2);
  assert.deepEqual([(await one.read()).payment, (await other.read()).payment], ["refunded", "refunded"]);
});

test("an invoice is charged once to the card that was stored before it; one that is declined is told of, and is paid on a page", async () => {
  const [taken, cardless] = [await billed({ hasCard: true }), await billed()];
  const intent = (invoice: string) => stripe.asked.find(({ body }) => body.get("metadata[invoice]") === invoice);
  const cardError = { type: "card_error", code: "card_declined", message: "Your card was declined." };
  const old = await billed();
  await database()
    .updateTable("payer")
    .set({ card_at: later(1) })
    .where("customer_id", "=", old.customer)
    .execute();
  // Stripe is down: nothing is noted, and it is tried again.
  stripe.answers.set("/v1/payment_intents", null);
  assert.equal(await chargeCards(parts(), now), 0);
  stripe.answers.set("/v1/payment_intents", { status: 200, body: { id: "pi_1", status: "succeeded" } });
  assert.equal(await chargeCards(parts(), now), 1);
  const declined = await billed({ hasCard: true });
  stripe.answers.set("/v1/payment_intents", { status: 402, body: { error: cardError } });
  assert.equal(await chargeCards(parts(), now), 0);
  const { length } = stripe.asked;
  assert.equal(await chargeCards(parts(), later(60)), 0);
  assert.equal(stripe.asked.length, length);
  assert.deepEqual([intent(cardless.invoice), intent(old.invoice)], [undefined, undefined]);
  const { email, number, invoice, payer } = declined;
  assert.deepEqual(await mails(), [{ email, number, amount: 3480, currency: "EUR", became: "declined" }]);
  // That it was charged isn't that it is paid: Stripe tells that.
  assert.equal((await taken.read()).payment, "open");
  await tell(paid(taken.invoice, taken.payer));
  assert.equal((await taken.read()).payment, "paid");
  await tell(paid(invoice, payer));
  assert.equal((await declined.read()).payment, "paid");
});

test("what is charged names the invoice, its amount and the newest card, by one key; what fails after days is told of", async () => {
  const { invoice, number, payer, email } = await billed({ hasCard: true });
  stripe.answers.set("/v1/payment_intents", { status: 200, body: { id: "pi_2", status: "processing" } });
  assert.equal(await chargeCards(parts(), now), 1);
  const [cards, charge] = stripe.asked;
  assert.equal(cards!.path, `/v1/customers/${payer}/payment_methods?limit=1`);
  assert.deepEqual([charge!.path, charge!.key], ["/v1/payment_intents", `invoice-${invoice}`]);
  const { payment_method: card, ...body } = Object.fromEntries(charge!.body);
  assert.match(card!, /^pm_/);
  assert.deepEqual(body, {
    ...{ amount: "3480", currency: "eur", customer: payer, off_session: "true", confirm: "true" },
    "automatic_payment_methods[enabled]": "true",
    "automatic_payment_methods[allow_redirects]": "never",
    description: `Invoice ${number}`,
    "metadata[invoice]": invoice,
  });
  assert.deepEqual(await mails(), []);
  await tell({ ...paid(invoice, payer), type: "payment_intent.payment_failed" });
  assert.deepEqual(await mails(), [{ email, number, amount: 3480, currency: "EUR", became: "declined" }]);
});

test("a payment service that doesn't answer loses nothing: the customer reads it, and the page is there later; what it won't take is said", async () => {
  const { token, invoice } = await billed();
  const asked = await json<CheckoutView>(api.send("POST", `/invoices/${invoice}/checkouts`, { token }));
  const read = () => json<CheckoutView>(api.send("GET", `/checkouts/${asked.id}`, { token }));
  stripe.answers.set("/v1/checkout", null);
  assert.equal(await openPages(parts(), now), 0);
  now = later(0.3);
  const late = await read();
  assert.deepEqual([late.state, late.isLate, late.url], ["asked", true, null]);
  stripe.answers.clear();
  assert.equal(await openPages(parts(), now), 1);
  assert.equal((await read()).state, "open");
  now = later(120);
  assert.deepEqual([(await read()).state, (await read()).url], ["over", null]);

  const small = await billed();
  const body = { error: { type: "invalid_request_error", code: "amount_too_small", message: "too small" } };
  stripe.answers.set("/v1/checkout", { status: 400, body });
  const path = `/invoices/${small.invoice}/checkouts`;
  const { id } = await json<CheckoutView>(api.send("POST", path, { token: small.token }));
  assert.equal(await openPages(parts(), now), 0);
  const refused = await json<CheckoutView>(api.send("GET", `/checkouts/${id}`, { token: small.token }));
  assert.equal(refused.state, "refused");
  assert.equal((await api.send("GET", `/checkouts/${id}`, { token })).status, 404);
  assert.equal((await api.send("POST", path, { token })).status, 404);
});

test("an operator finds what is overdue, and notes what was paid otherwise, once, by its number; a payment by card after that goes back", async () => {
  const { token, invoice, number, payer, read } = await billed();
  const overdue = async () => {
    const page = await json<{ invoices: InvoiceView[] }>(
      api.send("GET", "/operator/invoices?overdue=true&limit=100", { token: operator }),
    );
    return page.invoices.filter(({ id }) => id === invoice).map((one) => one.payment);
  };
  assert.deepEqual(await overdue(), []);
  now = later(15 * 24 * 60);
  assert.deepEqual(await overdue(), ["overdue"]);
  const note = (body: object, as = operator) =>
    api.send("POST", `/operator/invoices/${invoice}/payments`, { token: as, body });
  const body = { number, reference: "Statement 12" };
  assert.equal((await note({ ...body, number: "2026-999999" })).status, 422);
  assert.equal((await note(body, token)).status, 403);
  const noted = await note(body);
  assert.equal(noted.status, 201);
  assert.equal(((await noted.json()) as InvoiceView).payment, "paid");
  assert.equal((await note(body)).status, 409);
  assert.equal((await payments(invoice)).length, 1);
  assert.deepEqual(await overdue(), []);
  await tell(paid(invoice, payer));
  const states = (await payments(invoice)).map(({ way, state }) => `${way} ${state}`);
  assert.deepEqual(states.sort(), ["operator paid", "stripe refunding"]);
  // What an operator found isn't Stripe's to give back.
  await database()
    .transaction()
    .execute((transaction) => credit(transaction, invoice, { reason: "Wrong", isIssuedAgain: false }, now));
  assert.equal((await read()).payment, "paid");
});

test("a paid order waits for a card for so long as for its confirmation, and keeps its slot no longer; a trial and a customer with a card don't wait", async () => {
  const waiting = await api.token("waits@example.com");
  const read = (order: string, token = waiting) => json<OrderView>(api.send("GET", `/orders/${order}`, { token }));
  const jobs = async (token = waiting) =>
    (await json<{ jobs: { tenant: string }[] }>(api.send("GET", "/jobs", { token }))).jobs.map(({ tenant }) => tenant);
  const confirmed = async (address: string, token = waiting, changes = {}) => {
    const order = await placed(api, token, address, changes);
    assert.equal((await api.send("POST", "/confirmations", { body: { code: order.code } })).status, 200);
    return order;
  };
  const first = await confirmed("first");
  const { payBy, state } = await read(first.order);
  assert.equal(state, "confirmed");
  assert.ok(Math.abs(Date.parse(payBy!) - Date.now() - 24 * 3_600_000) < 60_000);
  assert.deepEqual(await jobs(), []);
  const trial = await confirmed("trial", waiting, { trial: true });
  assert.deepEqual(await jobs(), [trial.tenant]);

  now = new Date();
  const { id } = await json<CheckoutView>(api.send("POST", `/orders/${first.order}/checkouts`, { token: waiting }));
  assert.equal(await openPages(parts(), now), 1);
  const [customerMade, session] = stripe.asked;
  const { id: customer } = await database()
    .selectFrom("customer")
    .select("id")
    .where("email", "=", "waits@example.com")
    .executeTakeFirstOrThrow();
  assert.deepEqual([customerMade!.path, customerMade!.key], ["/v1/customers", `customer-${customer}`]);
  assert.deepEqual(
    [session!.key, session!.body.get("mode"), session!.body.get("currency"), session!.body.get("success_url")],
    [`checkout-${id}`, "setup", "eur", `https://portal.example.com/orders/${first.order}#paid`],
  );
  assert.equal(session!.body.get("setup_intent_data[metadata][customer]"), customer);
  const { service_id: payer } = await database()
    .selectFrom("payer")
    .select("service_id")
    .where("customer_id", "=", customer)
    .executeTakeFirstOrThrow();

  // Somebody else's card is nobody's.
  await tell(stored(customer, "cus_other"));
  assert.deepEqual(await jobs(), [trial.tenant]);
  await tell(stored(customer, payer));
  assert.deepEqual((await jobs()).sort(), [trial.tenant, first.tenant].sort());
  assert.equal((await read(first.order)).payBy, null);
  assert.equal((await api.send("POST", `/orders/${first.order}/checkouts`, { token: waiting })).status, 409);
  const next = await confirmed("next");
  assert.ok((await jobs()).includes(next.tenant));

  const idle = await api.token("idle@example.com");
  const late = await confirmed("late", idle);
  const taken = async () =>
    (await database().selectFrom("tenant").select("slot").where("id", "=", late.tenant).executeTakeFirstOrThrow()).slot;
  assert.notEqual(await taken(), null);
  await tidyOrders(database(), settings, idleQueue);
  assert.notEqual(await taken(), null);
  await database()
    .updateTable("order")
    .set({ card_by: new Date(Date.now() - 1000) })
    .where("id", "=", late.order)
    .execute();
  await tidyOrders(database(), settings, idleQueue);
  assert.equal(await taken(), null);
  assert.equal((await read(late.order, idle)).state, "expired");
});

test("where nothing is paid by Stripe no page is asked for, no order waits, and nobody is believed; what customers pay by is said with the plans", async () => {
  const plain = new TestApi(database(), { invoices: { ...invoices, payment: "invoice" } });
  const { token, invoice } = await billed();
  const answer = await plain.send("POST", `/invoices/${invoice}/checkouts`, { token });
  assert.equal(answer.status, 409);
  assert.match(await answer.text(), /pay as the invoice says/);
  const order = await placed(plain, token, "waits-not");
  assert.equal((await plain.send("POST", "/confirmations", { body: { code: order.code } })).status, 200);
  const { payBy } = await json<OrderView>(plain.send("GET", `/orders/${order.order}`, { token }));
  assert.equal(payBy, null);
  const ways = [api, plain, new TestApi(database())].map(async (one) => {
    const { payment } = await json<{ payment: string }>(one.send("GET", "/plans"));
    return payment;
  });
  assert.deepEqual(await Promise.all(ways), ["stripe", "invoice", "none"]);
});
