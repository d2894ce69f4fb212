/** Operators' page of one tenant, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { noteAlerts } from "../../src/alerts/alerts.ts";
import { issue } from "../../src/invoices/issue.ts";
import { noteBackups } from "../../src/restores/backups.ts";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { proveOperator } from "../support/operators.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal();

/** Has a trial, backups and an invoice of a tenant there. */
async function fill(tenant: string): Promise<void> {
  const { customer_id: customer } = await site.portal.database
    .updateTable("tenant")
    .set({
      trial_until: new Date(Date.now() + 5 * 86_400_000),
      active_hours: ["Mon-Sun 00:00-24:00 Africa/Casablanca"],
      holidays: ["2100-01-01"],
      sleep_after: 30,
    })
    .where("id", "=", tenant)
    .returning("customer_id")
    .executeTakeFirstOrThrow();
  const now = new Date();
  await noteBackups(
    site.portal.database,
    tenant,
    { from: now, database: now, files: now, proven: now, isUnproven: true },
    now,
  );
  const overdue = { name: "BackupOverdue", severity: "warning", startedAt: now, host: "local" } as const;
  const watched = [
    { ...overdue, tenant, summary: "whole: no backup for 2 days" },
    { ...overdue, tenant: "acme", summary: "acme: no backup for 2 days" },
  ];
  await noteAlerts(site.portal.database, { host: "local", dashboards: "http://127.0.0.1:30002/" }, watched, now);
  const party = { name: "Whole Ltd", address: [], country: null, vatId: null, note: null };
  const parties = { currency: "EUR", attempt: 0, seller: party, buyer: party, vatRate: 0, dueDays: 30 };
  const line = { tenant, address: "whole", plan: "basic", price: 2900, seconds: 1, monthSeconds: 1, amount: 2900 };
  await site.portal.database
    .transaction()
    .execute((transaction) => issue(transaction, { customer, month: "2026-10", ...parties, lines: [line] }, now));
}

test("an operator finds all about a tenant on one page, and suspends it, ends its trial, deletes it and undoes that there", async () => {
  const customer = await site.visitor("en", "light");
  const tenant = await orderedBy(customer, site.portal, "whole");
  await fill(tenant);
  const own = await customer.context.newPage();
  await own.goto(`/operator/tenants/${tenant}`);
  await own.getByText("You may not do this.").waitFor();

  const visitor = await site.visitor("en", "light");
  await proveOperator(visitor, site.portal, "operator@example.org");
  const page = await visitor.context.newPage();
  await page.goto("/operator");
  await page.getByRole("link", { name: "whole", exact: true }).click();
  await page.getByRole("heading", { name: "whole", level: 1 }).waitFor();
  const section = (name: string) => page.getByRole("region", { name, exact: true });
  const whose = section("Whose it is, and where");
  await whose.getByText(tenant).waitFor();
  await whose.getByText(/^local \d+$/).waitFor();
  assert.equal(await whose.getByText("whole@example.org").count(), 2);
  await whose.getByText("€29.00 a month").waitFor();
  const alerts = section("Alerts");
  await alerts.getByText("whole: no backup for 2 days").waitFor();
  assert.equal(await alerts.getByText("acme").count(), 0);
  assert.equal(
    await alerts.getByRole("link", { name: "Its dashboard, on local" }).getAttribute("href"),
    `http://127.0.0.1:30002/d/odoo-fleet-tenant?var-tenant=${tenant}`,
  );
  const hours = section("Hours in which it runs");
  await hours.getByText(/^Mon.*: 00:00 to 00:00, Africa\/Casablanca$/).waitFor();
  await hours.getByText(/^Not on .*2100/).waitFor();
  await hours.getByText("After 30 minutes without a visit it stops again.").waitFor();
  assert.equal(await hours.getByRole("button").count(), 0);
  await section("Next starts and stops").getByText("its trial is over").waitFor();
  await section("What is done to it").getByText("Making it: done").waitFor();
  await section("Backups").getByText("The last proof has failed.").waitFor();
  assert.equal(await section("Backups").getByRole("button").count(), 0);
  await section("Export").getByText("No export was made yet.").waitFor();
  assert.equal(await section("Export").getByRole("button").count(), 0);
  await section("Usage").getByText("On plan basic").waitFor();
  const [pdf] = await Promise.all([
    page.waitForEvent("download"),
    section("Invoices")
      .getByRole("link", { name: /^Download 2\d+-\d+/ })
      .click(),
  ]);
  assert.match(pdf.suggestedFilename(), /^invoice-.*\.pdf$/);
  const timeline = section("Timeline");
  await timeline.getByText(/^job\.done · worker · kind=create/).waitFor();
  await timeline.getByText(/^placeGuestOrder /).waitFor();
  await timeline.getByText("Making it: done · the worker").waitFor();
  await timeline.getByText("Ordered · by a mail's link").waitFor();
  // A page of a phone isn't scrolled sideways.
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
  await assertAccessibleInAll(page, "tenant");

  await section("Suspension").getByRole("button", { name: "Suspend" }).click();
  await section("Suspension").getByLabel("Why").fill("October isn't paid");
  await section("Suspension").getByLabel("Type whole to go on").fill("whole");
  await assertAccessibleInAll(page, "suspension");
  await section("Suspension").getByRole("button", { name: "Suspend" }).click();
  await page.getByText(/^Stopped: an operator suspended it/).waitFor();
  await page.getByText("Its provider says why: October isn't paid").waitFor();
  await timeline.getByText(/^setSuspension · operator .*reason=October isn't paid/).waitFor();
  await own.goto(`/instances/${tenant}`);
  await own.getByText("Its provider says why: October isn't paid").waitFor();
  await section("Suspension").getByRole("button", { name: "Let it run again: whole" }).click();
  await page.getByText(/^Running/).waitFor();

  const trial = section("Trial");
  await trial.getByRole("button", { name: "End the trial and let it stay" }).click();
  await trial.getByText("From now on it is charged at the price of its plan").waitFor();
  const ending = trial.getByRole("button", { name: "End the trial and let it stay" });
  assert.equal(await ending.isDisabled(), true);
  await assertAccessibleInAll(page, "end of the trial");
  await trial.getByLabel("Type whole to go on").fill("whole");
  await ending.click();
  await section("Trial").waitFor({ state: "detached" });
  await section("Delete").getByRole("button", { name: "Delete it" }).click();
  await section("Delete").getByLabel("Type whole to go on").fill("whole");
  await section("Delete").getByRole("button", { name: "Delete it" }).click();
  await section("Delete").getByText("It is deleted on").waitFor();
  await section("Delete").getByRole("button", { name: "Undo its deletion" }).click();
  await section("Delete").getByRole("button", { name: "Delete it" }).waitFor();
  await timeline.getByText(/^undoAnyDeletion · operator /).waitFor();
  await page.getByRole("link", { name: "All tenants" }).click();
  await page.waitForURL("**/operator");
  assert.deepEqual([...visitor.faults, ...customer.faults], []);
  await visitor.context.close();
  await customer.context.close();
});

test("what failed is tried again on its tenant's page, and a tenant that isn't there is said not to be", async () => {
  const customer = await site.visitor("en", "light");
  site.portal.provisioner.fault = new Error("no disk left");
  const tenant = await orderedBy(customer, site.portal, "broken", "failed");
  site.portal.provisioner.fault = undefined;
  await customer.context.close();
  const visitor = await site.visitor("fr", "dark");
  await proveOperator(visitor, site.portal, "second@example.org");
  const page = await visitor.context.newPage();
  await page.goto(`/operator/tenants/${tenant}`);
  await page.getByText("Le journal de l'exécutant dit pourquoi").waitFor();
  await page.getByRole("button", { name: "Réessayer" }).click();
  await page.getByText("Création : fait", { exact: true }).waitFor();
  await page.getByText("Création : fait · l'exécutant").waitFor();
  await page.getByRole("button", { name: "Réessayer" }).waitFor({ state: "detached" });
  await page.getByRole("region", { name: "Suspension" }).waitFor();
  await page.goto("/operator/tenants/t00000000000");
  await page.getByText("Cela n'existe pas", { exact: false }).waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
