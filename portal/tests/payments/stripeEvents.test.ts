/** What Stripe tells, signed by its own library. */
import assert from "node:assert/strict";
import { test } from "node:test";
import Stripe from "stripe";
import { refusal, TestApi, webhookSecret } from "../support/api.ts";
import { credit } from "../../src/invoices/issue.ts";
import { setOperator } from "../../src/login/operators.ts";
import { unpaidInvoices } from "../../src/payments/arrears.ts";
import { noticeMail, type SendableNotice, sendNotices } from "../../src/payments/noticeMails.ts";
import { chargeCards, refundPayments } from "../../src/worker/paymentWork.ts";
import { type Billed, paid, paidInvoices, PaidPortal } from "../support/paidPortal.ts";

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

/** An event about the charge of a payment. */
const told = (type: string, reference: string, changes: object = {}): { id: string; type: string; data: object } => ({
  ...{ id: `evt_${crypto.randomUUID()}`, type },
  data: { object: { id: "ch_1", payment_intent: reference, amount: 3480, currency: "eur", ...changes } },
});

/** Pays an invoice. @returns Stripe's id of the payment. */
async function pay({ invoice, payer }: Billed): Promise<string> {
  const event = paid(invoice, payer);
  assert.equal((await site.tell(event)).status, 204);
  await site.mails();
  return (event.data as { object: { id: string } }).object.id;
}

/** What operators are mailed of it. */
async function notices(): Promise<SendableNotice[]> {
  const sent: SendableNotice[] = [];
  await sendNotices(site.database(), site.now, (notice) => Promise.resolve(void sent.push(notice)));
  return sent;
}

test("what is refunded at Stripe cancels its invoice by the next number, once; its customer and operators are told, and the worker gives nothing back", async () => {
  for (const [email, role] of [
    ["boss@example.com", "admin"],
    ["money@example.com", "billing"],
    ["help@example.com", "support"],
  ] as const) {
    await setOperator(site.database(), email, role);
  }
  const billed = await site.billed();
  const reference = await pay(billed);
  const refund = told("charge.refunded", reference, { amount_refunded: 3480, refunded: true });
  for (const event of [refund, refund, { ...refund, id: "evt_again" }]) {
    assert.equal((await site.tell(event)).status, 204);
  }
  const after = await billed.read();
  const sequence = Number(billed.number.split("-")[1]) + 1;
  assert.deepEqual([after.payment, after.creditedBy], ["refunded", `2026-${String(sequence).padStart(6, "0")}`]);
  assert.equal(await refundPayments(site.parts(), site.now), 0);
  assert.deepEqual(site.stripe.asked, []);
  assert.deepEqual(
    (await site.mails()).map(({ became, number }) => [became, number]),
    [["refunded", billed.number]],
  );
  const [notice, ...rest] = await notices();
  assert.deepEqual(rest, []);
  assert.deepEqual(notice, {
    operators: ["boss@example.com", "money@example.com"],
    ...{ number: billed.number, what: "refunded", amount: 3480, currency: "EUR", answerBy: null },
  });
  assert.deepEqual(await notices(), []);
  const mail = noticeMail(notice, "https://portal.example.com/operator/invoices");
  assert.match(mail.text, /€34\.80, all of it, went back\. A credit note cancels the invoice/);
});

test("a part that is refunded, and what isn't of an invoice here, leave it paid; the portal's own refund is no second one", async () => {
  const billed = await site.billed();
  const reference = await pay(billed);
  await site.tell(told("charge.refunded", reference, { amount_refunded: 1000 }));
  await site.tell(told("charge.refunded", "pi_of_another_shop", { amount_refunded: 3480 }));
  await site.tell(told("charge.dispute.created", "pi_of_another_shop", { status: "needs_response" }));
  assert.deepEqual([(await billed.read()).payment, (await billed.read()).creditedBy], ["paid", null]);
  assert.deepEqual(
    (await notices()).map(({ what, amount }) => [what, amount]),
    [["refundedInPart", 1000]],
  );
  const own = await site.billed();
  const given = await pay(own);
  await site
    .database()
    .transaction()
    .execute((transaction) => credit(transaction, own.invoice, { reason: "x", isIssuedAgain: false }, site.now));
  assert.equal(await refundPayments(site.parts(), site.now), 1);
  await site.tell(told("charge.refunded", given, { amount_refunded: 3480 }));
  assert.equal((await own.read()).payment, "refunded");
  assert.deepEqual(await notices(), []);
});

test("a refund that is told before its payment, as after an outage, is asked for again until that is known; one of a payment that is noted nowhere isn't", async () => {
  const billed = await site.billed();
  const payment = paid(billed.invoice, billed.payer);
  const { id: reference } = (payment.data as { object: { id: string } }).object;
  const metadata = { invoice: billed.invoice };
  const refund = told("charge.refunded", reference, { amount_refunded: 3480, metadata });
  assert.match(await refusal(site.tell(refund)), /^409.*the payment itself isn't known yet/);
  assert.equal((await site.tell(payment)).status, 204);
  assert.equal((await site.tell(refund)).status, 204);
  assert.equal((await billed.read()).payment, "refunded");
  assert.equal((await site.tell({ ...refund, id: "evt_more" })).status, 204);
  assert.deepEqual(
    (await notices()).map(({ what }) => what),
    ["refunded"],
  );
  const wrong = await site.billed();
  const less = paid(wrong.invoice, wrong.payer, { id: "pi_less", amount_received: 1 });
  assert.equal((await site.tell(less)).status, 204);
  const back = told("charge.refunded", "pi_less", { amount_refunded: 3480, metadata: { invoice: wrong.invoice } });
  assert.equal((await site.tell(back)).status, 204);
  const foreign = told("charge.refunded", "pi_x", { amount_refunded: 3480, metadata: { invoice: "aaaaaaaaaaaa" } });
  assert.equal((await site.tell(foreign)).status, 204);
});

test("a try that failed before the one that paid, and is told of late, isn't told to who has paid", async () => {
  const billed = await site.billed({ hasCard: true });
  site.stripe.answers.set("/v1/payment_intents", { status: 200, body: { id: "pi_1", status: "succeeded" } });
  assert.equal(await chargeCards(site.parts(), site.now), 1);
  await pay(billed);
  const late = { ...paid(billed.invoice, billed.payer), type: "payment_intent.payment_failed" };
  assert.equal((await site.tell(late)).status, 204);
  assert.deepEqual(await site.mails(), []);
});

test("what is on its way back, and its payer's bank takes first, isn't given back twice", async () => {
  const billed = await site.billed();
  const reference = await pay(billed);
  await site
    .database()
    .transaction()
    .execute((transaction) => credit(transaction, billed.invoice, { reason: "x", isIssuedAgain: false }, site.now));
  await site.tell(told("charge.dispute.closed", reference, { status: "lost" }));
  assert.equal((await billed.read()).payment, "refunded");
  assert.equal(await refundPayments(site.parts(), site.later(60)), 0);
  assert.deepEqual(site.stripe.asked, []);
});

test("a dispute is told with until when to answer it; won, nothing changes; lost, its invoice is owed again, charged to no card, and can be paid", async () => {
  const won = await site.billed();
  const lost = await site.billed({ hasCard: true });
  const [first, second] = [await pay(won), await pay(lost)];
  const due = new Date("2026-12-09T23:59:59Z");
  const evidence_details = { due_by: due.getTime() / 1000 };
  for (const reference of [first, second]) {
    await site.tell(told("charge.dispute.created", reference, { status: "needs_response", evidence_details }));
  }
  assert.deepEqual(
    (await notices()).map(({ what, answerBy }) => [what, answerBy]),
    [
      ["disputed", due],
      ["disputed", due],
    ],
  );
  assert.deepEqual([(await won.read()).payment, (await lost.read()).payment], ["paid", "paid"]);
  await site.tell(told("charge.dispute.closed", first, { status: "won", evidence_details }));
  await site.tell(told("charge.dispute.closed", second, { status: "lost", evidence_details }));
  assert.deepEqual(
    (await notices()).map(({ what, number }) => [what, number]),
    [
      ["won", won.number],
      ["lost", lost.number],
    ],
  );
  assert.deepEqual([(await won.read()).payment, (await lost.read()).payment], ["paid", "open"]);
  assert.deepEqual(await site.mails(), []);
  assert.equal(await chargeCards(site.parts(), site.now), 0);
  assert.deepEqual(
    (await unpaidInvoices(site.database(), { customer: lost.customer })).map(({ id }) => id),
    [lost.invoice],
  );
  await pay(lost);
  assert.equal((await lost.read()).payment, "paid");
});
