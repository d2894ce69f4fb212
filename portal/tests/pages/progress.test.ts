/** The page of an order's progress, where something comes between, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createToken, operatorScopes } from "../../src/api/tokens.ts";
import { ownerOf } from "../../src/orders/customers.ts";
import type { Visitor } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal();

const read = async <Body>({ context }: Visitor, path: string): Promise<Body> =>
  (await (await context.request.get(path)).json()) as Body;

/** Path of the page of a visitor's only order, once he is signed in. */
async function pageOf(visitor: Visitor): Promise<string> {
  for (let tries = 0; tries < 400; tries += 1) {
    const { orders = [] } = await read<{ orders?: { id: string }[] }>(visitor, "/api/v1/orders");
    if (orders[0]) {
      return `/orders/${orders[0].id}`;
    }
    await delay(50);
  }
  return assert.fail("there is no order");
}

test("an order that failed goes on on its page when an operator has it tried again, with the phases of that try", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  site.portal.provisioner.fault = new Error("no disk left");
  const making = Promise.withResolvers<void>();
  site.portal.provisioner.held = making.promise;
  const ordering = orderedBy(visitor, site.portal, "retried", "failed");
  await page.goto(await pageOf(visitor));
  const steps = () => page.getByRole("list", { name: "Steps" }).getByRole("listitem").allTextContents();
  await page.getByText("Making the database").waitFor();
  making.resolve();
  await page.getByText("It couldn't be made.").waitFor();
  await ordering;
  const failed = await steps();
  assert.equal(failed.length, 2);

  site.portal.provisioner.fault = undefined;
  site.portal.provisioner.held = undefined;
  const { jobs } = await read<{ jobs: { id: string }[] }>(visitor, "/api/v1/jobs");
  const { secret } = await createToken(
    site.portal.database,
    await ownerOf(site.portal.database, "operator@example.org"),
    "test",
    operatorScopes,
  );
  const retried = await fetch(`${site.portal.origin}/api/v1/operator/jobs/${jobs[0]!.id}/retries`, {
    method: "POST",
    headers: { Authorization: `Bearer ${secret}`, "Idempotency-Key": crypto.randomUUID() },
  });
  assert.equal(retried.status, 201, await retried.text());
  await page.getByText("It is ready.").waitFor();
  // Those of the try that failed aren't before them.
  assert.deepEqual(
    (await steps()).map((step) => step.replace(/[\d.]+\ss$/, "")),
    ["Preparing", "Making the database", "Starting Odoo", "Ready"],
  );
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("what is done to an instance keeps its button from working, says so, and lets it work again by itself", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "busy");
  site.portal.provisioner.takes = 8000;
  const asked = await visitor.context.request.post(`/api/v1/tenants/${tenant}/exports`, {
    headers: { Origin: site.portal.origin, "Idempotency-Key": crypto.randomUUID() },
  });
  assert.equal(asked.status(), 200);
  await page.goto(await pageOf(visitor));
  await page.getByRole("status").filter({ hasText: "Something is being done to it." }).waitFor();
  const button = page.getByRole("button", { name: "Set my password" });
  assert.ok(await button.isDisabled());
  await page.getByRole("button", { name: "Set my password", disabled: false }).waitFor();
  site.portal.provisioner.takes = 50;
  await page.getByText("Something is being done to it.").waitFor({ state: "detached" });
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
