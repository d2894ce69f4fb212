/** Operators' pages, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { makeOperator } from "../support/operators.ts";
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
    await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
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
