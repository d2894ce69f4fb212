/** The page where an Odoo is ordered, and what follows an order, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { testSets } from "../support/sets.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal("127.0.0.1", () => Promise.resolve({ sets: testSets }));

/** What is said of the address. */
const says = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).waitFor();

/** Fills in an order of a guest. */
async function fill(page: Page, address: string): Promise<void> {
  await page.goto("/");
  await page.locator("[name=address]").fill(address);
  await page.getByLabel("Company").fill("Guest Ltd");
  await page.getByLabel("E-mail address").fill(`${address}@example.org`);
  await page.getByLabel("I accept the terms").check();
}

test("what an order was refused for is said until that field changes, and of the others until theirs do", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await orderedBy(visitor, site.portal, "had");
  await visitor.context.clearCookies();
  await fill(page, "refused");
  const refused = (field: string, reason: string) => ({ field, reason, detail: reason });
  await page.route("**/api/v1/guest-orders", (route) =>
    route.fulfill({
      status: 422,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "urn:odoo-fleet:refused",
        errors: [refused("address", "taken"), refused("email", "invalid")],
      }),
    }),
  );
  await page.getByRole("button", { name: "Order" }).click();
  await says(page, "It is taken already.");
  await page.getByText("This is no e-mail address.").waitFor();
  await page.locator("[name=address]").fill("another");
  await says(page, "It is free.");
  assert.equal(await page.locator("[name=address][aria-invalid=true]").count(), 0);
  await page.getByText("This is no e-mail address.").waitFor();
  await page.getByText("See what is marked.").waitFor();
  await page.getByLabel("E-mail address").fill("another@example.org");
  await page.getByText("This is no e-mail address.").waitFor({ state: "detached" });
  await page.getByText("See what is marked.").waitFor({ state: "detached" });
  await page.unroute("**/api/v1/guest-orders");
  await page.getByRole("button", { name: "Order" }).click();
  await page.getByText("A mail is on its way to another@example.org.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("what is said of an address is heard, also that it can't be looked for, and moves nothing", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await orderedBy(visitor, site.portal, "heard");
  await visitor.context.clearCookies();
  await page.goto("/");
  const field = page.locator("[name=address]");
  await field.waitFor();
  const below = async () => (await page.getByLabel("Company").boundingBox())!.y;
  const before = await below();
  const heard = async (address: string, text: string): Promise<void> => {
    await field.fill(address);
    await says(page, text);
    assert.equal(await below(), before, text);
  };
  await heard("heard", "It is taken already.");
  await heard("www", "It is reserved.");
  await heard("-", "a letter first, and no hyphen last");
  await heard("unheard", "It is free.");
  await page.route("**/api/v1/addresses/**", (route) =>
    route.fulfill({
      status: 429,
      contentType: "application/problem+json",
      body: JSON.stringify({ type: "urn:odoo-fleet:tooMany" }),
    }),
  );
  await heard("often", "It can't be looked for so often.");
  await page.unroute("**/api/v1/addresses/**");
  await page.route("**/api/v1/addresses/**", (route) => route.abort());
  await heard("away", "The portal doesn't answer");
  // It is looked for again by itself.
  await page.unroute("**/api/v1/addresses/**");
  await says(page, "It is free.");
  assert.equal(await below(), before);
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("what follows an order stays through a reload, has the mail sent again, and has no e-mail address in its own address", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await fill(page, "mailless");
  const before = site.portal.mail.mails.length;
  await page.getByRole("button", { name: "Order" }).click();
  await page.getByText("A mail is on its way to mailless@example.org.").waitFor();
  const link = await site.portal.mailedLink(before + 1);
  await page.reload();
  await page.getByText("A mail is on its way to mailless@example.org.").waitFor();
  assert.equal(page.url(), `${site.portal.origin}/`);
  await assertAccessibleInAll(page, "one step is left");
  await page.getByRole("button", { name: "Send the mail again" }).click();
  await page.getByRole("status").filter({ hasText: "another mail is on its way" }).waitFor();
  assert.notEqual(await site.portal.mailedLink(before + 2), link);
  await page.goto(link);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("It is ready.").waitFor();

  // With an account it is the order's own page that one goes on to.
  await page.goto("/");
  await page.locator("[name=address]").fill("mailless-two");
  await page.getByLabel("Company").fill("Guest Ltd");
  await page.getByLabel("I accept the terms").check();
  await page.getByRole("button", { name: "Order" }).click();
  await page.getByRole("button", { name: "Send the mail again" }).click();
  await page.getByRole("status").filter({ hasText: "another mail is on its way" }).waitFor();
  await site.portal.mailedLink(before + 4);
  await page.getByRole("link", { name: "See the order" }).click();
  await page.getByText("The order isn't confirmed yet").waitFor();
  await page.goBack();
  await page.getByText("One step is left").waitFor();
  await page.getByRole("link", { name: "Order another one" }).click();
  await page.locator("[name=address]").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a page that can't be rendered says so, and is loaded again; another page is shown meanwhile", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await page.route("**/api/v1/plans", (route) => route.fulfill({ json: { plans: 5 } }));
  await page.goto("/");
  await page.getByRole("alert").filter({ hasText: "This page can't be shown" }).waitFor();
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("Password").waitFor();
  await page.goto("/");
  await page.getByRole("alert").filter({ hasText: "This page can't be shown" }).waitFor();
  await page.unroute("**/api/v1/plans");
  await page.getByRole("button", { name: "Load the page again" }).click();
  await page.getByLabel("Company").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
