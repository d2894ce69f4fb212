/** Which cards a customer has, as Stripe says, and what becomes of one that he removes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { noteCards } from "../../src/payments/cards.ts";
import type { CardView } from "../../src/payments/cards.ts";
import type { CheckoutView } from "../../src/payments/checkouts.ts";
import { chargeCards, forgetCards, lookAtCards, openPages } from "../../src/worker/paymentWork.ts";
import { type Billed, json, PaidPortal, stored } from "../support/paidPortal.ts";

const site = new PaidPortal();

const visa = { id: "pm_visa", type: "card", card: { brand: "visa", last4: "4242", exp_month: 4, exp_year: 2027 } };
const sepa = { id: "pm_sepa", type: "sepa_debit", sepa_debit: { last4: "3000" } };
const link = { id: "pm_link", type: "link", link: {} };

const pathOf = ({ payer }: Billed): string => `/v1/customers/${payer}/payment_methods`;

/** Has Stripe say what is stored, each with an id of its own. */
function store(billed: Billed, ...methods: (Record<string, unknown> & { readonly id: string })[]): void {
  const data = methods.map(({ id, ...method }) => ({ id: `${id}_${billed.customer}`, ...method }));
  site.stripe.answers.set(pathOf(billed), { status: 200, body: { object: "list", data, has_more: false } });
}

/** Tells that what is stored for him changed. */
const changed = (type: string, customer: string | null, previous?: object): Promise<Response> =>
  site.tell({
    id: `evt_${crypto.randomUUID()}`,
    type: `payment_method.${type}`,
    data: { object: { id: "pm_visa", customer }, previous_attributes: previous },
  });

const cardsOf = async ({ token }: Billed): Promise<readonly CardView[]> =>
  (await json<{ cards: CardView[] }>(site.api.send("GET", "/cards", { token }))).cards;

const shown = async (billed: Billed): Promise<string[]> =>
  (await cardsOf(billed)).map(({ name, last4, expires }) => [name, last4, expires].join(" "));

async function cardAt({ customer }: Billed): Promise<Date | null> {
  const rows = site.database().selectFrom("payer").select("card_at").where("customer_id", "=", customer);
  return (await rows.executeTakeFirstOrThrow()).card_at;
}

test("a customer sees which cards he has, as Stripe says after each change, and when it is away, later", async () => {
  const billed = await site.billed();
  assert.deepEqual(await cardsOf(billed), []);
  store(billed, visa);
  await site.tell(stored(billed.customer, billed.payer));
  assert.equal(await lookAtCards(site.parts(), site.now), 1);
  assert.deepEqual(await shown(billed), ["Visa 4242 2027-04"]);
  const [{ id }] = (await cardsOf(billed)) as [CardView];
  // Nothing is asked of what didn't change.
  assert.equal(await lookAtCards(site.parts(), site.later(60)), 0);

  site.stripe.answers.set(pathOf(billed), null);
  await changed("attached", billed.payer);
  assert.equal(await lookAtCards(site.parts(), site.now), 0);
  assert.deepEqual(await shown(billed), ["Visa 4242 2027-04"]);
  store(billed, link, sepa, { ...visa, card: { ...visa.card, exp_year: 2031 } });
  assert.equal(await lookAtCards(site.parts(), site.now), 0);
  assert.equal(await lookAtCards(site.parts(), site.later(1)), 1);
  assert.deepEqual(await shown(billed), ["Link  ", "SEPA 3000 ", "Visa 4242 2031-04"]);
  assert.equal((await cardsOf(billed)).at(-1)!.id, id);

  // What is removed at Stripe is gone here, and a customer without a card is as who never had one.
  store(billed);
  await changed("detached", null, { customer: billed.payer });
  await lookAtCards(site.parts(), site.now);
  assert.deepEqual([await cardsOf(billed), await cardAt(billed)], [[], null]);
  await changed("detached", "cus_of_nobody");
  assert.equal(await lookAtCards(site.parts(), site.now), 0);
});

test("an answer that came before a change isn't what is noted", async () => {
  const billed = await site.billed();
  store(billed, visa);
  await site.tell(stored(billed.customer, billed.payer));
  const { customer } = billed;
  await noteCards(site.database(), { customer, asked: site.later(-1) }, [], site.now);
  assert.ok(await cardAt(billed));
  assert.equal(await lookAtCards(site.parts(), site.now), 1);
  assert.deepEqual(await shown(billed), ["Visa 4242 2027-04"]);
});

test("to a card that its customer removed nothing is charged, also while Stripe is away; then it forgets it", async () => {
  const billed = await site.billed();
  const { token, payer, invoice } = billed;
  await site
    .database()
    .updateTable("payer")
    .set({ card_at: new Date("2026-11-01T00:00:00Z") })
    .execute();
  store(billed, sepa, visa);
  await changed("attached", payer);
  await lookAtCards(site.parts(), site.now);
  const [first, second] = (await cardsOf(billed)) as [CardView, CardView];
  const remove = (id: string) => site.api.send("DELETE", `/cards/${id}`, { token });
  assert.deepEqual(
    (await json<{ cards: CardView[] }>(remove(first.id))).cards.map(({ last4 }) => last4),
    ["4242"],
  );
  assert.equal((await remove(first.id)).status, 404);
  const asked = () => site.stripe.asked.map(({ path }) => path).filter((path) => path.includes("pm_"));
  const intents = () => site.stripe.asked.filter(({ body }) => body.get("metadata[invoice]") === invoice).length;
  site.stripe.answers.set("/v1/payment_methods", null);
  assert.equal(await forgetCards(site.parts(), site.now), 0);
  await chargeCards(site.parts(), site.now);
  assert.equal(intents(), 0);
  site.stripe.answers.delete("/v1/payment_methods");
  site.stripe.answers.set("/v1/payment_methods", { status: 200, body: sepa });
  assert.equal(await forgetCards(site.parts(), site.now), 0);
  assert.equal(await forgetCards(site.parts(), site.later(2)), 1);
  assert.equal(asked().at(-1), `/v1/payment_methods/pm_sepa_${billed.customer}/detach`);
  store(billed, visa);
  assert.equal(await lookAtCards(site.parts(), site.later(2)), 1);
  assert.deepEqual(await shown(billed), ["Visa 4242 2027-04"]);
  await chargeCards(site.parts(), site.now);
  assert.equal(intents(), 1);

  // The last one: his next order waits for another one. That Stripe has forgotten it already is no failure.
  await remove(second.id);
  assert.equal(await cardAt(billed), null);
  // Also where Stripe still tells of it.
  await changed("updated", payer);
  assert.equal(await lookAtCards(site.parts(), site.later(2)), 1);
  assert.deepEqual([await cardsOf(billed), await cardAt(billed)], [[], null]);
  const error = { type: "invalid_request_error", message: "it isn't attached to a customer" };
  site.stripe.answers.set("/v1/payment_methods", { status: 400, body: { error } });
  assert.equal(await forgetCards(site.parts(), site.now), 1);
});

test("another card is stored on a page of Stripe's, for no order and no invoice", async () => {
  const { token, payer, customer } = await site.billed();
  const ask = () => json<CheckoutView>(site.api.send("POST", "/cards/checkouts", { token }));
  const { id } = await ask();
  assert.equal((await ask()).id, id);
  assert.equal(await openPages(site.parts(), site.now), 1);
  const { body } = site.stripe.asked.at(-1)!;
  assert.deepEqual(
    ["mode", "customer", "currency", "setup_intent_data[metadata][customer]"].map((name) => body.get(name)),
    ["setup", payer, "eur", customer],
  );
  assert.equal((await json<CheckoutView>(site.api.send("GET", `/checkouts/${id}`, { token }))).state, "open");
});
