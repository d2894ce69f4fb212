/** Pages of somebody's own, where nobody is signed in: they lead to the login, and that leads back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { orderedBy } from "../support/customers.ts";
import { withPassword } from "../support/passwords.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal();

/** Signs in on the page that is shown. */
async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("main").getByRole("button", { name: "Sign in", exact: true }).click();
}

test("each page of somebody's own says once that a login is needed, and comes back after it; no link leads elsewhere by it", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "mailed");
  const { orders } = (await (await visitor.context.request.get("/api/v1/orders")).json()) as {
    orders: { id: string }[];
  };
  const password = await withPassword(page, site.portal, "mailed@example.org");
  await visitor.context.clearCookies();
  const paths = [
    "/invoices",
    `/orders/${orders[0]!.id}`,
    `/instances/${tenant}`,
    "/instances",
    "/tokens",
    "/webhooks",
    "/team",
    "/passkeys",
  ];
  for (const path of paths) {
    await page.goto(path, { waitUntil: "networkidle" });
    await page.getByRole("alert").filter({ hasText: "Sign in to see this." }).waitFor();
    assert.equal(await page.getByRole("alert").count(), 1, path);
    assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0, path);
    const link = page.getByRole("main").getByRole("link", { name: "Sign in" });
    assert.equal(await link.getAttribute("href"), `/login?next=${encodeURIComponent(path)}`);
  }
  for (const path of paths.slice(0, 2)) {
    await page.goto(path);
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await signIn(page, "mailed@example.org", password);
    await page.waitForURL(`${site.portal.origin}${path}`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("Sign in to see this.").waitFor();
  }
  for (const next of ["https://evil.example", "//evil.example", "/\\evil.example", "/nothing", "/login"]) {
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await signIn(page, "mailed@example.org", password);
    await page.waitForURL(`${site.portal.origin}/instances`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("Sign in to see this.").waitFor();
  }
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
