/** A customer's pages of his invoices and of his team, in a real browser. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { credit, issue } from "../../src/invoices/issue.ts";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal();

test("who is billed is judged and kept, and invoices are there to download, with what became of them", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "billed");
  await page.goto("/instances");
  await page.getByRole("link", { name: "Invoices" }).click();
  await page.getByText("There is none yet.").waitFor();
  await page.getByLabel("Company or name").fill("Acme SARL");
  await page.getByLabel("Address").fill("5 avenue Foch\n69006 Lyon");
  await page.getByLabel("Country").fill("fr");
  await page.getByLabel("VAT id").fill("FR40303265046");
  await page.getByRole("button", { name: "Bill them" }).click();
  await page.getByText("This can't be used.").waitFor();
  await page.getByLabel("VAT id").fill("FR 40 303 265 045");
  await page.getByRole("button", { name: "Bill them" }).click();
  await page.getByText("This is who is billed from now on.").waitFor();

  const { customer_id: customer } = await site.portal.database
    .selectFrom("tenant")
    .select("customer_id")
    .where("id", "=", tenant)
    .executeTakeFirstOrThrow();
  const buyer = { name: "Acme SARL", address: ["5 avenue Foch"], country: "FR", vatId: "FR40303265045", note: null };
  const line = { tenant, address: "billed", plan: "basic", price: 2900, seconds: 1, monthSeconds: 1, amount: 2900 };
  const draft = {
    customer,
    currency: "EUR",
    attempt: 0,
    seller: buyer,
    buyer,
    lines: [line],
    vatRate: 2000,
    dueDays: 30,
  };
  const at = new Date("2026-12-01T02:00:00Z");
  const first = await site.portal.database
    .transaction()
    .execute((transaction) => issue(transaction, { ...draft, month: "2026-10" }, at));
  await site.portal.database
    .transaction()
    .execute((transaction) => issue(transaction, { ...draft, month: "2026-11" }, at));
  await site.portal.database
    .transaction()
    .execute((transaction) => credit(transaction, first.id, { reason: "Wrong", isIssuedAgain: false }, at));
  await page.reload();
  assert.equal(await page.getByLabel("VAT id").inputValue(), "FR40303265045");
  for (const text of [
    "Invoice 2026-000001",
    "It is cancelled by credit note 2026-000003.",
    "Credit note 2026-000003",
    "It cancels invoice 2026-000001.",
    "November 2026, issued on Dec 1, 2026. To be paid by Dec 31, 2026.",
    "-€34.80",
  ]) {
    await page.getByText(text, { exact: true }).waitFor();
  }
  assert.equal(await page.getByText("€34.80", { exact: true }).count(), 2);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download 2026-000002 (PDF)" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "invoice-2026-000002.pdf");
  assert.match((await readFile(await download.path())).toString("latin1"), /^%PDF-1\.7/);
  await assertAccessibleInAll(page, "invoices");
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a colleague is invited, sets a password, joins by a button, sees what his role may, and is removed by his address", async () => {
  const [visitor, colleague] = await Promise.all([site.visitor("en", "light"), site.visitor("en", "light")]);
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "shared");
  await page.goto("/instances");
  await page.getByRole("link", { name: "Team" }).click();
  await page.getByText("The only owner.").waitFor();
  const mails = site.portal.mail.mails.length;
  await page.getByLabel("E-mail address").fill("colleague@example.org");
  await page.getByLabel("Role", { exact: true }).selectOption("billing");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await page.getByText("A mail is on its way to colleague@example.org.").waitFor();
  await page.getByRole("button", { name: "Withdraw" }).waitFor();
  await assertAccessibleInAll(page, "team");

  const link = await site.portal.mailedLink(mails + 1);
  const his = await colleague.context.newPage();
  await his.goto(link);
  await his.getByText("Sign in as colleague@example.org to join.").waitFor();
  await assertAccessibleInAll(his, "join");
  const [other] = await Promise.all([
    colleague.context.waitForEvent("page"),
    his.getByRole("link", { name: "No password here yet" }).click(),
  ]);
  await other.getByLabel("E-mail address").fill("colleague@example.org");
  await other.getByRole("button", { name: "Send the mail" }).click();
  await other.goto(await site.portal.mailedLink(mails + 2));
  await other.getByLabel("Password").fill("a colleague's password");
  await other.getByRole("button", { name: "Set the password" }).click();
  await other.getByText("The password is set.").waitFor();
  await his.getByLabel("Password").fill("a colleague's password");
  await his.getByRole("button", { name: "Sign in", exact: true }).click();
  await his.getByRole("button", { name: "Join the team" }).click();
  await his.getByRole("link", { name: "shared" }).waitFor();
  assert.equal(await his.getByRole("link", { name: "Webhooks" }).count(), 0);
  await his.getByRole("link", { name: "Invoices" }).waitFor();
  await his.goto(`/instances/${tenant}`, { waitUntil: "networkidle" });
  await his.getByText("Running: at any time").waitFor();
  for (const name of ["Stop it", "Set my password", "Delete it", "Change the hours"]) {
    assert.equal(await his.getByRole("button", { name }).count(), 0, name);
  }

  await page.reload();
  await page.getByLabel("Role of colleague@example.org").selectOption("member");
  await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok()),
    page.getByRole("button", { name: "Change the role" }).last().click(),
  ]);
  await his.reload();
  await his.getByRole("button", { name: "Stop it" }).waitFor();
  assert.equal(await his.getByRole("button", { name: "Delete it" }).count(), 0);
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByLabel("Type colleague@example.org to go on").fill("colleague@example.org");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("button", { name: "Remove" }).waitFor({ state: "detached" });
  await his.reload();
  await his.getByText("You act for nobody").waitFor();
  assert.deepEqual([...visitor.faults, ...colleague.faults], []);
  await Promise.all([visitor.context.close(), colleague.context.close()]);
});
