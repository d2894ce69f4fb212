/** A customer's pages of what programs of his may do and are told, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { publicAddress } from "../../src/webhooks/addresses.ts";
import { GuardedAgent } from "../../src/webhooks/agent.ts";
import { deliverDue } from "../../src/webhooks/deliver.ts";
import { noteWebhookKey, WebhookKeys } from "../../src/webhooks/secrets.ts";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { lookupTo } from "../support/webhookAgent.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal();

test("a token is made, shown once, may do what was chosen, and is refused once it is revoked", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await orderedBy(visitor, site.portal, "programs");
  await page.goto("/instances");
  await page.getByRole("link", { name: "Tokens for programs" }).click();
  await page.getByText("You have none.").waitFor();
  await page.getByLabel("Name").fill("billing");
  assert.ok(await page.getByRole("button", { name: "Make it" }).isDisabled());
  await page.getByLabel("see your instances").check();
  await page.getByRole("button", { name: "Make it" }).click();
  await page.getByText("The token billing is made").waitFor();
  const secret = await page.locator("pre").textContent();
  await assertAccessibleInAll(page, "tokens");
  const ask = async (path: string) => {
    const headers = { Authorization: `Bearer ${secret}` };
    return (await fetch(`${site.portal.origin}/api/v1${path}`, { headers })).status;
  };
  assert.deepEqual([await ask("/tenants"), await ask("/orders")], [200, 403]);
  await page.reload();
  await page.getByText("billing", { exact: true }).waitFor();
  assert.ok(!(await page.locator("body").textContent())!.includes(secret!));
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByLabel("Type billing to go on").fill("billing");
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByText("You have none.").waitFor();
  assert.equal(await ask("/tenants"), 401);
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a webhook is made, its secrets are shown once, and the page says what became of what it was told, until it is removed", async () => {
  const keys = await WebhookKeys.from("what the keys of the tests follow from");
  await noteWebhookKey(site.portal.database, keys);
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await orderedBy(visitor, site.portal, "told");
  await page.goto("/instances");
  await page.getByRole("link", { name: "Webhooks" }).click();
  await page.getByText("You have none.").waitFor();
  const make = page.getByRole("button", { name: "Make it" });
  await page.getByLabel("Address").fill("https://127.0.0.1/told");
  assert.ok(await make.isDisabled());
  await page.getByLabel("instances that are ready").check();
  await make.click();
  await page.getByText("It has to begin with https:// and be reached from the internet.").waitFor();
  await page.getByLabel("Address").fill("https://erp.example.org/told");
  await make.click();
  await page.getByText("By this secret its requests are signed").waitFor();
  const secret = await page.locator("pre").textContent();
  assert.match(secret!, /^whsec_/);

  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("a test: on its way").waitFor();
  const parts = {
    database: site.portal.database,
    keys,
    agent: new GuardedAgent(publicAddress, { lookup: lookupTo("127.0.0.1") }),
  };
  const { id } = await site.portal.database.selectFrom("webhook").select("id").executeTakeFirstOrThrow();
  await deliverDue(parts, id, AbortSignal.timeout(10_000));
  await page.getByText(/1 try. .*127\.0\.0\.1/).waitFor();
  await page.getByText(/Nothing has arrived since/).waitFor();
  await page.getByRole("button", { name: "Make another secret" }).click();
  await page.getByText("A new secret for erp.example.org").waitFor();
  assert.notEqual(await page.locator("pre").first().textContent(), secret);
  await page.getByText(/The former secret signs too, until/).waitFor();
  await assertAccessibleInAll(page, "webhooks");

  await site.portal.database
    .updateTable("webhook")
    .set({ disabled_at: new Date(), disabled_why: "failing" })
    .where("id", "=", id)
    .execute();
  await page.reload();
  assert.ok(!(await page.locator("body").textContent())!.includes("whsec_"));
  await page.getByText(/nothing had arrived for days/).waitFor();
  await page.getByRole("button", { name: "Tell it again" }).click();
  await page.getByRole("button", { name: "Send a test" }).waitFor();

  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByLabel("Type erp.example.org to go on").fill("erp.example.org");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByText("You have none.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
