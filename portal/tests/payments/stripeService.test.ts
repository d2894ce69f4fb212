/** What Stripe is asked by the worker: stripe-mock judges it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckoutView } from "../../src/payments/checkouts.ts";
import { chargeCards, openPages } from "../../src/worker/paymentWork.ts";
import { json, paid, PaidPortal } from "../support/paidPortal.ts";

const site = new PaidPortal();

test("an invoice is charged once to the card that was stored before it; one that is declined is told of, and is paid on a page", async () => {
  const [taken, cardless] = [await site.billed({ hasCard: true }), await site.billed()];
  const intent = (invoice: string) => site.stripe.asked.find(({ body }) => body.get("metadata[invoice]") === invoice);
  const cardError = { type: "card_error", code: "card_declined", message: "Your card was declined." };
  const old = await site.billed();
  await site
    .database()
    .updateTable("payer")
    .set({ card_at: site.later(1) })
    .where("customer_id", "=", old.customer)
    .execute();
  // Stripe is down: nothing is noted, and it is tried again.
  site.stripe.answers.set("/v1/payment_intents", null);
  assert.equal(await chargeCards(site.parts(), site.now), 0);
  site.stripe.answers.set("/v1/payment_intents", { status: 200, body: { id: "pi_1", status: "succeeded" } });
  assert.equal(await chargeCards(site.parts(), site.now), 1);
  const declined = await site.billed({ hasCard: true });
  site.stripe.answers.set("/v1/payment_intents", { status: 402, body: { error: cardError } });
  assert.equal(await chargeCards(site.parts(), site.now), 0);
  const { length } = site.stripe.asked;
  assert.equal(await chargeCards(site.parts(), site.later(60)), 0);
  assert.equal(site.stripe.asked.length, length);
  assert.deepEqual([intent(cardless.invoice), intent(old.invoice)], [undefined, undefined]);
  const { email, number, invoice, payer } = declined;
  assert.deepEqual(await site.mails(), [
    { email, language: null, number, amount: 3480, currency: "EUR", became: "declined" },
  ]);
  // That it was charged isn't that it is paid: Stripe tells that.
  assert.equal((await taken.read()).payment, "open");
  await site.tell(paid(taken.invoice, taken.payer));
  assert.equal((await taken.read()).payment, "paid");
  await site.tell(paid(invoice, payer));
  assert.equal((await declined.read()).payment, "paid");
});

test("what is charged names the invoice, its amount and the newest card, by one key; what fails after days is told of", async () => {
  const { invoice, number, payer, email } = await site.billed({ hasCard: true });
  site.stripe.answers.set("/v1/payment_intents", { status: 200, body: { id: "pi_2", status: "processing" } });
  assert.equal(await chargeCards(site.parts(), site.now), 1);
  const [cards, charge] = site.stripe.asked;
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
  assert.deepEqual(await site.mails(), []);
  await site.tell({ ...paid(invoice, payer), type: "payment_intent.payment_failed" });
  assert.deepEqual(await site.mails(), [
    { email, language: null, number, amount: 3480, currency: "EUR", became: "declined" },
  ]);
});

test("a payment service that doesn't answer loses nothing: the customer reads it, and the page is there later; what it won't take is said", async () => {
  const { token, invoice } = await site.billed();
  const asked = await json<CheckoutView>(site.api.send("POST", `/invoices/${invoice}/checkouts`, { token }));
  const read = () => json<CheckoutView>(site.api.send("GET", `/checkouts/${asked.id}`, { token }));
  site.stripe.answers.set("/v1/checkout", null);
  assert.equal(await openPages(site.parts(), site.now), 0);
  site.now = site.later(0.3);
  const late = await read();
  assert.deepEqual([late.state, late.isLate, late.url], ["asked", true, null]);
  site.stripe.answers.clear();
  assert.equal(await openPages(site.parts(), site.now), 1);
  assert.equal((await read()).state, "open");
  site.now = site.later(120);
  assert.deepEqual([(await read()).state, (await read()).url], ["over", null]);

  const small = await site.billed();
  const body = { error: { type: "invalid_request_error", code: "amount_too_small", message: "too small" } };
  site.stripe.answers.set("/v1/checkout", { status: 400, body });
  const path = `/invoices/${small.invoice}/checkouts`;
  const { id } = await json<CheckoutView>(site.api.send("POST", path, { token: small.token }));
  assert.equal(await openPages(site.parts(), site.now), 0);
  const refused = await json<CheckoutView>(site.api.send("GET", `/checkouts/${id}`, { token: small.token }));
  assert.equal(refused.state, "refused");
  assert.equal((await site.api.send("GET", `/checkouts/${id}`, { token })).status, 404);
  assert.equal((await site.api.send("POST", path, { token })).status, 404);
});
