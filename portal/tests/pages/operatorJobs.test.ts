/** Jobs on operators' pages, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobKind, JobTable } from "../../src/database/schema.ts";
import { newId } from "../../src/orders/identifiers.ts";
import { orderedBy } from "../support/customers.ts";
import { proveOperator } from "../support/operators.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal();

/** A job that no worker is told of. */
async function insertJob(tenant: string, kind: JobKind, state: JobTable["state"]): Promise<string> {
  const id = newId();
  const ended = state === "done" || state === "failed" ? new Date() : null;
  await site.portal.database
    .insertInto("job")
    .values({ id, tenant_id: tenant, kind, delivery_id: crypto.randomUUID(), state, ended_at: ended })
    .execute();
  return id;
}

test("a failed job that can't be done once more has no button and says why, and older jobs are there too", async () => {
  const customer = await site.visitor("en", "light");
  const tenant = await orderedBy(customer, site.portal, "link-wanted");
  await customer.context.close();
  for (let made = 0; made < 11; made += 1) {
    await insertJob(tenant, "domains", "done");
  }
  await insertJob(tenant, "login", "failed");
  const visitor = await site.visitor("en", "light");
  await proveOperator(visitor, site.portal, "first@example.org");
  const page = await visitor.context.newPage();
  await page.goto("/operator");
  const failed = page.getByRole("region", { name: "Failed jobs" });
  await failed.getByText("only its customer gets the link").waitFor();
  assert.equal(await failed.getByRole("button").count(), 0);
  await page.goto(`/operator/tenants/${tenant}`);
  const jobs = page.getByRole("region", { name: "What is done to it" });
  await jobs.getByText("only its customer gets the link").waitFor();
  assert.equal(await jobs.getByRole("button", { name: "Try again" }).count(), 0);
  assert.equal(await jobs.getByText("Making it: done").count(), 0);
  await jobs.getByRole("button", { name: "Show more" }).click();
  await jobs.getByText("Making it: done").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
