/** A customer's page of his instance: running, its password, its domains, its deletion, and what isn't his, in a real browser. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessibleInAll, tabTo } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { instancePortal, open, says } from "../support/instancePages.ts";

const site = instancePortal();

const typed = (page: Page, label: string) => page.getByLabel(label, { exact: true });

test("by keyboard alone an instance is stopped by its name, and started; its jobs and its trail say so", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "stopped");
  await page.goto("/instances");
  await page.getByRole("link", { name: "stopped", exact: true }).waitFor();
  await tabTo(page, "stopped");
  await page.keyboard.press("Enter");
  await says(page, "Running: at any time");
  await page.getByText("None within 400 days.").waitFor();

  await tabTo(page, "Stop it");
  await page.keyboard.press("Enter");
  await page.getByText("All data stays; it can be started at any time.").waitFor();
  await page.keyboard.type("stoped");
  await page.keyboard.press("Enter");
  assert.ok(await page.getByRole("button", { name: "Stop it" }).isDisabled());
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("stopped");
  await page.keyboard.press("Enter");
  await says(page, "Stopped: you stopped it");
  await tabTo(page, "Start it");
  await page.keyboard.press("Enter");
  await says(page, "Running: at any time");
  assert.deepEqual(site.portal.provisioner.brought, [
    [tenant, "suspended"],
    [tenant, "running"],
  ]);
  for (const job of ["Starting it: done", "Stopping it: done", "Making it: done"]) {
    await page.getByText(job, { exact: true }).waitFor();
  }
  for (const entry of ["Stopped · you", "Started · you"]) {
    await page.getByText(entry, { exact: true }).waitFor();
  }
  await page.getByRole("button", { name: "Show more" }).click();
  for (const entry of ["Ordered · by a mail's link", "Order confirmed · by a mail's link"]) {
    await page.getByText(entry, { exact: true }).waitFor();
  }
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a password is set by a link that is made, waited for and led to; what fails is told, and what is stopped has no link", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "password");
  await page.route(`http://127.0.0.1/${tenant}/**`, (route) =>
    route.fulfill({ body: "Odoo", contentType: "text/html" }),
  );
  await open(page, tenant);
  const set = page.getByRole("button", { name: "Set my password" });
  site.portal.provisioner.offerFault = new Error("the host doesn't answer");
  await set.click();
  await says(page, "It didn't work, and nothing was changed.");
  await assertAccessibleInAll(page, "a password that couldn't be set");
  site.portal.provisioner.offerFault = undefined;
  await set.click();
  await page.waitForURL(/^http:\/\/127\.0\.0\.1\/[a-z0-9]+\/odoo-fleet\/password#[\w-]{43}$/);
  const { hash } = new URL(page.url());
  const [, { tokenHash }] = site.portal.provisioner.offers.at(-1)!;
  assert.equal(createHash("sha256").update(hash.slice(1)).digest("hex"), tokenHash);
  // By the browser itself it is asked for without the token.
  assert.deepEqual(visitor.faults, [`asked for http://127.0.0.1/${tenant}/odoo-fleet/password`]);

  await open(page, tenant);
  for (const text of ["Link to set its password: done", "Link to set its password: failed"]) {
    await page.getByText(text, { exact: true }).first().waitFor();
  }
  await page.getByText("Link to set its password asked for · you").first().waitFor();
  await page.getByRole("button", { name: "Stop it" }).click();
  await typed(page, "Type password to go on").fill("password");
  await page.getByRole("button", { name: "Stop it" }).click();
  await says(page, "To set it, let it run first.");
  assert.ok(await set.isDisabled());
  await visitor.context.close();
});

test("a domain of one's own is added with the records to publish, looked for, served, and removed by its name", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "named");
  await open(page, tenant);
  const domains = page.getByRole("region", { name: "Domains of your own" });
  await domains.getByText("There is none.").waitFor();
  const field = domains.getByLabel("Domain", { exact: true });
  const add = domains.getByRole("button", { name: "Add the domain" });
  await field.fill("https://erp.named.test/");
  await add.click();
  await domains.getByText("Write a name like erp.example.com").waitFor();
  await field.fill("named.example.com");
  await add.click();
  await domains.getByText("This name is the provider's.").waitFor();
  await field.fill("erp.named.test");
  await add.click();
  await domains.getByRole("region", { name: "erp.named.test" }).waitFor();
  await field.fill("erp.Named.test");
  await domains.getByText("It has this domain already.").waitFor();
  assert.ok(await add.isDisabled());
  const one = domains.getByRole("region", { name: "erp.named.test" });
  await one.getByRole("status").filter({ hasText: "It isn't served yet." }).waitFor();
  await one.getByRole("cell", { name: /^odoo-fleet=[0-9a-f]{32}$/ }).waitFor();
  await one.getByRole("cell", { name: "named.example.com" }).waitFor();
  await one.getByRole("button", { name: "Look now: erp.named.test" }).click();
  await one.getByText("Looked for on").waitFor();
  await assertAccessibleInAll(page, "domains");

  const { database } = site.portal;
  await database
    .updateTable("tenant_domain")
    .set({ state: "proven", proven_at: new Date() })
    .where("tenant_id", "=", tenant)
    .execute();
  await database
    .updateTable("tenant")
    .set({ made_domains: ["erp.named.test"] })
    .where("id", "=", tenant)
    .execute();
  await one.getByText("It is served.").waitFor();
  assert.equal(await one.getByRole("link", { name: "erp.named.test" }).getAttribute("href"), "https://erp.named.test");
  await one.getByRole("button", { name: "Remove: erp.named.test" }).click();
  await one.getByText("in mails and links becomes named.example.com, and Odoo restarts for that.").waitFor();
  await one.getByLabel("Type erp.named.test to go on").fill("erp.named.test");
  await one.getByRole("button", { name: "Remove", exact: true }).click();
  await domains.getByText("There is none.").waitFor();
  await page.getByText("Domain removed · you", { exact: true }).waitFor();
  await page.getByText("Bringing it to its domains: done", { exact: true }).waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("an instance is deleted by its name, and that is undone; one whose making failed is removed", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "deleted");
  await open(page, tenant);
  await page.getByRole("button", { name: "Delete it" }).click();
  await page.getByText("you can undo that here").waitFor();
  await page.getByLabel("Type deleted to go on").fill("deleted");
  await assertAccessibleInAll(page, "deletion");
  await page.getByRole("button", { name: "Delete it" }).click();
  await says(page, "Stopped: it is to be deleted");
  // What can't be done any more isn't offered, and why is said, in place of a refusal.
  for (const name of ["Plan", "Domains of your own", "Staging copy"]) {
    const part = page.getByRole("region", { name, exact: true });
    await part.getByText("It is to be deleted. Undo that first.").waitFor();
    assert.equal(await part.getByRole("textbox").count(), 0, name);
  }
  await page.getByRole("button", { name: "Undo its deletion" }).click();
  await says(page, "Running: at any time");

  site.portal.provisioner.fault = new Error("no disk left");
  const failed = await orderedBy(visitor, site.portal, "unmade", "failed");
  site.portal.provisioner.fault = undefined;
  await open(page, failed);
  await says(page, "Couldn't be made");
  await page.getByRole("button", { name: "Delete it" }).click();
  await page.getByLabel("Type unmade to go on").fill("unmade");
  await page.getByRole("button", { name: "Delete it" }).click();
  await page.waitForURL(`${site.portal.origin}/instances`);
  await says(page, "unmade is removed.");
  await page.getByRole("link", { name: "unmade", exact: true }).waitFor({ state: "detached" });
  assert.deepEqual(site.portal.provisioner.removed, [failed]);
  // A tab that still shows it doesn't go on showing it.
  await page.goto(`/instances/${failed}`);
  await page.getByText("It isn't there, or it isn't yours.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a page of somebody else's instance, one without a session, and a portal that is gone say so", async () => {
  const owner = await site.visitor("en", "light");
  const other = await site.visitor("en", "light");
  const tenant = await orderedBy(owner, site.portal, "owned");
  const page = await other.context.newPage();
  await open(page, tenant);
  await page.getByText("Sign in to see this.").waitFor();
  await orderedBy(other, site.portal, "anothers");
  await open(page, tenant);
  await page.getByText("It isn't there, or it isn't yours.").waitFor();

  const own = await owner.context.newPage();
  await own.route("**/api/v1/**", (route) => route.abort());
  await own.goto(`/instances/${tenant}`);
  await own.getByText("The portal doesn't answer.").waitFor();
  await own.unroute("**/api/v1/**");
  await own.getByRole("button", { name: "Try again" }).click();
  await says(own, "Running");
  // One part that fails takes no other with it.
  await own.route("**/api/v1/audit**", (route) => route.fulfill({ status: 502, body: "Bad gateway" }));
  await own.reload();
  await own.getByText("The portal doesn't answer.").waitFor();
  await own.getByText("Making it: done").waitFor();
  assert.deepEqual([...owner.faults, ...other.faults], []);
  await owner.context.close();
  await other.context.close();
});
