/** What customers and operators see of payments, in a real browser, with the worker's part done against stripe-mock. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import Stripe from "stripe";
import { issue } from "../../src/invoices/issue.ts";
import { settlePayments } from "../../src/worker/paymentWork.ts";
import { orderOf, webhookSecret } from "../support/api.ts";
import { assertAccessibleInAll, type Visitor } from "../support/chromium.ts";
import { proveOperator } from "../support/operators.ts";
import { StripeMock } from "../support/stripeMock.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const seller = { name: "Example Hosting SARL", address: ["1 rue de la Paix"], country: "FR" };
const party = { ...seller, vatId: null, note: null };
const invoices = { since: "2026-11", seller, vatPercent: 20, payment: "stripe", suspendDays: 14 };
const site = visitedPortal("127.0.0.1", () => Promise.resolve({ invoices }));
let stripe: StripeMock;
let stop: () => void;
before(async () => {
  stripe = await StripeMock.start();
});
after(async () => {
  stop();
  await stripe.stop();
});

/** Tells the web process what Stripe tells. */
async function tell(type: string, object: object): Promise<void> {
  const payload = JSON.stringify({ id: `evt_${crypto.randomUUID()}`, object: "event", type, data: { object } });
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
  const headers = { "Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature };
  const answer = await fetch(`${site.portal.origin}/webhooks/stripe`, { method: "POST", headers, body: payload });
  assert.equal(answer.status, 204, await answer.text());
}

/** Orders with a plan that costs, confirms it, and is signed in by that. @returns the order. */
async function orderedPaid({ context }: Visitor, address: string): Promise<string> {
  const count = site.portal.mail.mails.length + 1;
  const post = async (path: string, data: object): Promise<{ order: string }> => {
    const headers = { Origin: site.portal.origin, "Idempotency-Key": crypto.randomUUID() };
    const answer = await context.request.post(`/api/v1${path}`, { data, headers });
    assert.ok(answer.ok(), await answer.text());
    return (await answer.json()) as { order: string };
  };
  await post("/guest-orders", { ...orderOf(address), email: `${address}@example.org` });
  const [, code] = (await site.portal.mailedLink(count)).split("#");
  return (await post("/confirmations", { code })).order;
}

/** Clicks what leads to Stripe's page, and waits until it is there. */
async function followed(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).click();
  await page.getByText("This is Stripe's page.").waitFor();
}

test("an order waits for a card, which Stripe's page stores; an invoice is paid there; when Stripe is away the customer reads it, and goes there later", async () => {
  const { portal } = site;
  stop = settlePayments({ database: portal.database, settings: portal.settings, service: stripe.service() });
  const visitor = await site.visitor("en", "light");
  const html = "<html lang='en'><title>Stripe</title><p>This is Stripe's page.</p></html>";
  await visitor.context.route("https://checkout.stripe.com/**", (route) =>
    route.fulfill({ contentType: "text/html", body: html }),
  );
  const page = await visitor.context.newPage();
  await page.goto("/");
  await page.getByText("A card is stored after the confirmation.").waitFor();
  const order = await orderedPaid(visitor, "card");
  await page.goto(`/orders/${order}`);
  await page.getByText("It is confirmed, and waits for a card.").waitFor();
  await assertAccessibleInAll(page, "an order that waits for a card");
  stripe.answers.set("/v1/checkout", null);
  await page.getByRole("button", { name: "Store a card" }).click();
  await page.getByText("The payment service doesn't answer right now. Nothing was lost").waitFor();
  stripe.answers.clear();
  await page.getByText("This is Stripe's page.").waitFor();
  const { customer_id: customer, service_id: payer } = await portal.database
    .selectFrom("payer")
    .selectAll()
    .executeTakeFirstOrThrow();
  await tell("setup_intent.succeeded", { id: "seti_1", customer: payer, metadata: { customer } });
  await page.goto(`/orders/${order}#paid`);
  await page.getByText("It is ready.").waitFor();

  const { language } = await portal.database
    .selectFrom("customer")
    .select("language")
    .where("id", "=", customer)
    .executeTakeFirstOrThrow();
  assert.equal(language, "en");

  // Due long ago, and not charged by itself: the card came after it.
  const lines = [
    { tenant: "t", address: "card", plan: "basic", price: 2900, seconds: 1, monthSeconds: 1, amount: 2900 },
  ];
  const draft = {
    customer,
    currency: "EUR",
    attempt: 0,
    seller: party,
    buyer: party,
    lines,
    vatRate: 2000,
    dueDays: 14,
  };
  const issued = (month: string) =>
    portal.database
      .transaction()
      .execute((transaction) => issue(transaction, { ...draft, month }, new Date("2026-01-02T02:00:00Z")));
  const [first, second] = [await issued("2025-11"), await issued("2025-12")];
  await page.goto("/invoices");
  await page.getByRole("button", { name: `Pay ${first.number} by card` }).waitFor();
  await page
    .getByText(/^Overdue. If it isn't paid by/)
    .first()
    .waitFor();
  await assertAccessibleInAll(page, "invoices to be paid");
  await followed(page, `Pay ${first.number} by card`);
  await page.goto("/invoices#paid");
  await page.getByText("If you have paid or stored a card, it shows here within a minute.").waitFor();
  const payment = {
    id: "pi_1",
    amount_received: 3480,
    currency: "eur",
    customer: payer,
    metadata: { invoice: first.id },
  };
  await tell("payment_intent.succeeded", payment);
  const paid = page.getByRole("listitem").filter({ hasText: `Invoice ${first.number}` });
  await paid.getByText(/^Paid on /).waitFor();
  assert.equal(await paid.getByRole("button").count(), 0);
  await assertAccessibleInAll(page, "a paid invoice");

  // Stripe-mock has a card for everybody; what is removed is away at once.
  const cards = page.getByRole("region", { name: "Cards" });
  await cards.getByText("Invoices are charged to this one.").waitFor();
  await assertAccessibleInAll(page, "a card");
  const { last4 } = await portal.database
    .selectFrom("card")
    .select((row) => row.ref("last4").$notNull().as("last4"))
    .executeTakeFirstOrThrow();
  const none = { status: 200, body: { object: "list", data: [], has_more: false } };
  stripe.answers.set(`/v1/customers/${payer}/payment_methods`, none);
  await cards.getByRole("button", { name: /^Remove it: / }).click();
  await cards.getByLabel(`Type ${last4} to go on`).fill(last4);
  await assertAccessibleInAll(page, "the removal of a card");
  await cards.getByRole("button", { name: "Remove it" }).click();
  await cards.getByText("No card is stored. Invoices wait until you pay them.").waitFor();
  await followed(page, "Store another card");
  assert.deepEqual(
    visitor.faults.filter((fault) => !fault.startsWith("asked for https://checkout.stripe.com/")),
    [],
  );
  await visitor.context.close();

  const operator = await site.visitor("en", "light");
  await proveOperator(operator, portal, "operator@example.org");
  const theirs = await operator.context.newPage();
  await theirs.goto("/operator/invoices");
  await theirs.getByText(/^Paid on /).waitFor();
  await theirs.getByLabel("Only those that are overdue").check();
  await theirs.getByText(/^Paid on /).waitFor({ state: "detached" });
  await theirs.getByText("Overdue: it isn't paid.").waitFor();
  await assertAccessibleInAll(theirs, "overdue invoices");
  await theirs.getByRole("button", { name: `Give more time to pay: ${second.number}` }).click();
  await theirs.getByLabel("More time until").fill("2100-01-31");
  await assertAccessibleInAll(theirs, "more time to pay");
  await theirs.getByRole("button", { name: "Give it" }).click();
  await theirs.getByText("More time to pay was given, until Jan 31, 2100.").waitFor();
  // Less time, or none, may suspend all that this customer has.
  await theirs.getByRole("button", { name: `Give more time to pay: ${second.number}` }).click();
  await theirs.getByLabel("More time until").fill("2099-12-31");
  await theirs.getByRole("button", { name: "Shorten it" }).click();
  await theirs.getByText("all instances of this customer stop as unpaid").waitFor();
  await theirs.getByRole("button", { name: "Leave it" }).click();
  await theirs.getByLabel("More time until").fill("");
  await theirs.getByRole("button", { name: "Take the time back" }).click();
  await theirs.getByText("Within a minute all instances of this customer stop as unpaid").waitFor();
  assert.equal(await theirs.getByRole("button", { name: "Take the time back" }).isDisabled(), true);
  await assertAccessibleInAll(theirs, "less time to pay");
  await theirs.getByLabel(`Type ${second.number} to go on`).fill(second.number);
  await theirs.getByRole("button", { name: "Take the time back" }).click();
  await theirs.getByText("More time to pay was given").waitFor({ state: "detached" });
  await theirs.getByRole("button", { name: `Note its payment: ${second.number}` }).click();
  await theirs.getByLabel("Where you found it").fill("Statement 12");
  await theirs.getByLabel(`Type ${second.number} to go on`).fill(second.number);
  await theirs.getByRole("button", { name: "Note its payment" }).click();
  await theirs.getByText("There is none yet.").waitFor();
  assert.deepEqual(operator.faults, []);
  await operator.context.close();
});
