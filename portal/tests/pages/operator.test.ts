/** Operators' pages, in a real browser. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { noteAlerts } from "../../src/alerts/alerts.ts";
import { noteCertificates } from "../../src/certificates/certificates.ts";
import { issue } from "../../src/invoices/issue.ts";
import { noteBackups } from "../../src/restores/backups.ts";
import { noteWebhookKey, WebhookKeys } from "../../src/webhooks/secrets.ts";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { makeOperator, proveOperator } from "../support/operators.ts";
import { orderedBy } from "../support/customers.ts";
import { totp } from "../support/totp.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal();

test("an operator sets up his second factor, sees what failed, has it tried again, and signs in anew by a kept code", async () => {
  const customer = await site.visitor("en", "light");
  await orderedBy(customer, site.portal, "fine");
  site.portal.provisioner.fault = new Error("no disk left");
  await orderedBy(customer, site.portal, "failing", "failed");
  site.portal.provisioner.fault = undefined;
  const own = await customer.context.newPage();
  await own.goto("/operator");
  await own.getByText("You may not do this.").waitFor();
  await customer.context.close();

  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const password = await makeOperator(visitor, site.portal, "operator@example.org");
  const signIn = async () => {
    await page.goto("/login");
    await page.getByLabel("E-mail address").fill("operator@example.org");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("main").getByRole("button", { name: "Sign in", exact: true }).click();
  };
  await signIn();
  await page.getByRole("link", { name: "Operation" }).click();
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Begin" }).click();
  const uri = await page.getByRole("link", { name: "Open the app of this device" }).getAttribute("href");
  const [, codes] = await page.locator("pre").allTextContents();
  await page.getByLabel("Code of your app").fill("000000");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("The code is wrong, or was used.").waitFor();
  await assertAccessibleInAll(page, "second factor");
  await page.getByLabel("Code of your app").fill(totp(uri!));
  await page.getByRole("button", { name: "Go on" }).click();

  await page.getByText("The worker's log says why").waitFor();
  await assertAccessibleInAll(page, "operation");
  await page.getByRole("button", { name: /^Try again: \w+$/ }).click();
  await page.getByText("None failed that nothing followed.").waitFor();
  await page.getByText(/^retryJob · operator /).waitFor();

  await page.getByText("2 of 50 taken").waitFor();
  await page.getByLabel("Search").fill("FINE@");
  const listed = page.getByRole("listitem").filter({ hasText: "fine@example.org" });
  await page.getByText("failing@example.org").waitFor({ state: "detached" });
  await listed.getByRole("button", { name: "Suspend" }).click();
  await listed.getByLabel("Type fine to go on").fill("fine");
  await listed.getByRole("button", { name: "Suspend" }).click();
  await listed.getByRole("button", { name: "Let it run again: fine" }).click();
  await listed.getByRole("button", { name: "Suspend" }).waitFor();
  await page.getByText(/^setSuspension · operator .*isSuspended=false$/).waitFor();

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("Sign in to see this.").waitFor();
  await signIn();
  await page.getByLabel("Code of your app").fill(codes!.split("\n")[0]!);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.waitForURL("**/operator");
  await page.getByText("None failed that nothing followed.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("an operator finds what isn't proven among all tenants, and cancels an invoice among those of all customers", async () => {
  const customer = await site.visitor("en", "light");
  const tenant = await orderedBy(customer, site.portal, "doubtful");
  await customer.context.close();
  const { database } = site.portal;
  const now = new Date();
  await noteBackups(database, tenant, { from: now, database: now, files: now, proven: now, isUnproven: true }, now);
  const { customer_id: buyer } = await database
    .selectFrom("tenant")
    .select("customer_id")
    .where("id", "=", tenant)
    .executeTakeFirstOrThrow();
  const party = { name: "Doubtful Ltd", address: [], country: null, vatId: null, note: null };
  const parties = { currency: "EUR", attempt: 0, seller: party, buyer: party, vatRate: 0, dueDays: 30 };
  const line = { tenant, address: "doubtful", plan: "basic", price: 2900, seconds: 1, monthSeconds: 1, amount: 2900 };
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)).toISOString().slice(0, 7);
  const { number } = await database
    .transaction()
    .execute((transaction) => issue(transaction, { customer: buyer, month, ...parties, lines: [line] }, now));

  const visitor = await site.visitor("en", "light");
  await proveOperator(visitor, site.portal, "third@example.org");
  const page = await visitor.context.newPage();
  await page.goto("/operator");
  const alerts = page.getByRole("region", { name: "Alerts" });
  await alerts.getByText("Nothing is watched").waitFor();
  const overdue = {
    name: "BackupOverdue",
    severity: "warning",
    summary: "No backup for 2 days",
    startedAt: now,
  } as const;
  const dashboards = "http://127.0.0.1:30002/";
  await noteAlerts(database, { host: "local", dashboards }, [{ ...overdue, host: "local", tenant }], now);
  await noteAlerts(database, { host: "far" }, undefined, now);
  const certificates = page.getByRole("region", { name: "Certificates" });
  await certificates.getByText("None is known").waitFor();
  const served = { host: "local", tenant: "acme", authority: "acme" } as const;
  const good = { endsAt: new Date(now.getTime() + 40 * 86_400_000) };
  const names = [1, 2, 3, 4].map((index) => ({ ...served, ...good, name: `n${index}.example.com` }));
  const own = { ...served, ...good, tenant, name: "doubtful.example.com" };
  await noteCertificates(database, "local", [{ ...served, name: "down.example.com" }, own, ...names], now);
  await page.reload();
  await alerts.getByText("No backup for 2 days").waitFor();
  await alerts.getByText(/^warning · BackupOverdue · local · since /).waitFor();
  await alerts.getByText("The Alertmanager of host far has never answered.").waitFor();
  assert.equal(await alerts.getByRole("link", { name: "Dashboards on local" }).getAttribute("href"), dashboards);
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
  await assertAccessibleInAll(page, "alerts");
  await certificates.getByRole("listitem").first().getByText("The name is served without a certificate").waitFor();
  assert.equal(await certificates.getByRole("listitem").count(), 5);
  await certificates.getByRole("button", { name: "Show more" }).click();
  await certificates.getByText("n4.example.com").waitFor();
  await certificates.getByLabel("Part of a name").fill("DOUBT");
  await certificates.getByText("n4.example.com").waitFor({ state: "detached" });
  await certificates.getByText("local · public authority").waitFor();
  await certificates.getByRole("link", { name: `Tenant ${tenant}` }).click();
  await page.getByRole("heading", { name: "doubtful", level: 1 }).waitFor();
  await certificates.getByText(/^good until /).waitFor();
  assert.equal(await certificates.getByRole("listitem").count(), 1);
  await page.goBack();
  await page.getByLabel("Backups").selectOption("Restore not proven");
  const listed = page.getByRole("listitem").filter({ hasText: "doubtful@example.org" });
  await listed.getByText("Nothing proves that it can be restored.").waitFor();
  await page.getByText("fine@example.org").waitFor({ state: "detached" });
  await page.getByLabel("Backups").selectOption("Overdue");
  await page.getByText("None is like that.").waitFor();

  await page.getByRole("link", { name: "All invoices" }).click();
  await page.getByRole("heading", { name: "All invoices", level: 1 }).waitFor();
  const invoice = page.getByRole("listitem").filter({ hasText: `Invoice ${number}` });
  await invoice.getByText(`Doubtful Ltd · ${buyer}`).waitFor();
  await page.getByLabel("Month").selectOption({ index: 1 });
  await page.getByText("There is none yet.").waitFor();
  await page.getByLabel("Month").selectOption(month);
  const [csv] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /^Download .* \(CSV\)$/ }).click(),
  ]);
  assert.equal(csv.suggestedFilename(), `invoices-${month}.csv`);
  assert.match(await readFile(await csv.path(), "utf8"), new RegExp(`^${number},invoice,${month},`, "m"));

  await invoice.getByRole("button", { name: `Cancel it: ${number}` }).click();
  await assertAccessibleInAll(page, "all invoices");
  await invoice.getByLabel("Why").fill("Charged twice");
  await invoice.getByLabel(`Type ${number} to go on`).fill(number);
  await invoice.getByRole("button", { name: "Cancel it" }).click();
  await page.getByText(`It cancels invoice ${number}.`).waitFor();
  await invoice.getByText("It is cancelled by credit note").waitFor();
  assert.equal(await page.getByRole("button", { name: "Cancel it" }).count(), 0);
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("operators' own webhooks are on a page of theirs, and no customer's are", async () => {
  await noteWebhookKey(site.portal.database, await WebhookKeys.from("what the keys of the tests follow from"));
  const visitor = await site.visitor("en", "light");
  await proveOperator(visitor, site.portal, "fourth@example.org");
  const page = await visitor.context.newPage();
  await page.goto("/operator");
  await page.getByRole("main").getByRole("link", { name: "Webhooks" }).click();
  await page.getByText("what happens to all tenants").waitFor();
  await page.getByLabel("Address").fill("https://billing.example.org/told");
  await page.getByLabel("instances that are ready").check();
  await page.getByRole("button", { name: "Make it" }).click();
  await page.getByText("By this secret its requests are signed").waitFor();
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("a test: on its way").waitFor();
  const rows = await site.portal.database.selectFrom("webhook").select("reach").execute();
  assert.deepEqual(rows, [{ reach: "all" }]);
  await page.goto("/webhooks");
  await page.getByText("You have none.").waitFor();
  await page.goto("/operator/webhooks");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByLabel("Type billing.example.org to go on").fill("billing.example.org");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByText("You have none.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("where the files of operators' pages don't come, it says so", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await page.goto("/login");
  await page.route("**/assets/OperatorPages-*", (route) => route.abort());
  await page.goto("/operator");
  await page.getByText("The portal doesn't answer.").waitFor();
  await page.unroute("**/assets/OperatorPages-*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Sign in to see this.").waitFor();
  await visitor.context.close();
});
