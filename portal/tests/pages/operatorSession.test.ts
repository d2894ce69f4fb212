/** What operators' pages show whose session ends, or has to show its second factor again, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { proveOperator } from "../support/operators.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal();

test("an operator is asked for his second factor where it has to be shown again, and to sign in where his session ended", async () => {
  const visitor = await site.visitor("en", "light");
  const codes = await proveOperator(visitor, site.portal, "operator@example.org");
  const page = await visitor.context.newPage();
  await page.goto("/operator");
  await page.getByText("None failed that nothing followed.").waitFor();
  await sql`update login_session set second_factor_at = null`.execute(site.portal.database);
  // Parts of the page look each ten seconds; nothing is pressed.
  await page.getByLabel("Code of your app").fill(codes[0]!, { timeout: 30_000 });
  assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("None failed that nothing followed.").waitFor();
  await sql`delete from login_session`.execute(site.portal.database);
  await page.getByText("Sign in to see this.").waitFor({ timeout: 30_000 });
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0);
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("an operator is shown what his role is about, and nothing else", async () => {
  const visitor = await site.visitor("en", "light");
  await proveOperator(visitor, site.portal, "invoices@example.org");
  const page = await visitor.context.newPage();
  const shown = async (role: string): Promise<string[]> => {
    await sql`update operator set role = ${role}`.execute(site.portal.database);
    await page.goto("/operator");
    await page.getByRole("region", { name: "Who did what" }).waitFor();
    const main = page.getByRole("main");
    const names = [...(await main.getByRole("heading", { level: 2 }).allTextContents())];
    const links = await main.getByRole("link", { name: /^(All invoices|Webhooks)$/ }).allTextContents();
    assert.equal(await main.getByRole("alert").count(), 0);
    return [...links, ...names];
  };
  const ofTenants = ["Alerts", "To look at", "Failed jobs", "Jobs under way", "Places", "Certificates", "Tenants"];
  assert.deepEqual(await shown("billing"), ["All invoices", "Who did what"]);
  assert.deepEqual(await shown("support"), [...ofTenants, "Who did what"]);
  assert.deepEqual(await shown("admin"), ["All invoices", "Webhooks", ...ofTenants, "Who did what"]);
  // Who gets another role meanwhile sees no more of the former one.
  await sql`update operator set role = 'billing'`.execute(site.portal.database);
  await page.getByRole("region", { name: "Tenants" }).waitFor({ state: "detached", timeout: 30_000 });
  assert.equal(await page.getByRole("alert").count(), 0);
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
