/** Jobs on operators' pages, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Insertable } from "kysely";
import type { JobKind, JobTable } from "../../src/database/schema.ts";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { newId } from "../../src/orders/identifiers.ts";
import { orderedBy } from "../support/customers.ts";
import { proveOperator } from "../support/operators.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal();

/** A job that no worker is told of. */
async function insertJob(
  tenant: string,
  kind: JobKind,
  state: JobTable["state"],
  more: Partial<Insertable<JobTable>> = {},
): Promise<string> {
  const id = newId();
  const ended = state === "done" || state === "failed" ? new Date() : null;
  await site.portal.database
    .insertInto("job")
    .values({ id, tenant_id: tenant, kind, delivery_id: crypto.randomUUID(), state, ended_at: ended, ...more })
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

test("what is under way is listed with its tenant, its phase and its place, and the end of a fault is read by operators alone", async () => {
  const customer = await site.visitor("en", "light");
  site.portal.provisioner.fault = new Error("no disk left on host-7; odoo --db-password hunter2");
  const broken = await orderedBy(customer, site.portal, "disk-full", "failed");
  site.portal.provisioner.fault = undefined;
  const own = await customer.context.newPage();
  await own.goto(`/instances/${broken}`);
  await own.getByText("Making it: failed", { exact: true }).waitFor();
  assert.equal(await own.getByText("host-7").count(), 0);
  const working = await orderedBy(customer, site.portal, "working");
  const running = await insertJob(working, "resize", "running", { started_at: new Date() });
  await site.portal.database.insertInto("job_event").values({ job_id: running, phase: "odoo" }).execute();
  await insertJob(await orderedBy(customer, site.portal, "next"), "domains", "queued");
  await customer.context.close();

  const visitor = await site.visitor("en", "light");
  await proveOperator(visitor, site.portal, "second@example.org");
  const page = await visitor.context.newPage();
  await page.goto("/operator");
  const underWay = page.getByRole("region", { name: "Jobs under way" });
  const resizing = underWay.getByRole("listitem").filter({ hasText: "Begun on" }).first();
  await resizing.getByText("Changing its plan: working").waitFor();
  await resizing.getByText("Starting Odoo").waitFor();
  await underWay.getByText("1 is made before it.").waitFor();
  const failed = page.getByRole("region", { name: "Failed jobs" });
  const fault = failed.getByRole("listitem").filter({ hasText: "disk-full" });
  await fault.getByText("Last lines of its fault").click();
  await fault.getByText("Error: no disk left on host-7; odoo --db-password (hidden)").waitFor();
  assert.equal(await page.getByText("hunter2").count(), 0);
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
  await assertAccessibleInAll(page, "jobs");
  await fault.getByRole("link", { name: "disk-full" }).click();
  await page.getByRole("heading", { name: "disk-full", level: 1 }).waitFor();
  await page.goBack();
  await site.portal.database
    .updateTable("job")
    .set({ state: "done", ended_at: new Date() })
    .where("state", "in", ["queued", "running"])
    .execute();
  await underWay.getByText("None waits or is under way.").waitFor();
  assert.deepEqual([...visitor.faults, ...customer.faults], []);
  await visitor.context.close();
});
