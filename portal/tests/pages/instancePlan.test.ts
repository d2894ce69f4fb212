/** The plan of an instance and what it used, by its page, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { monthOf } from "../../src/usage/months.ts";
import { noteSizes } from "../../src/usage/sizes.ts";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { instancePortal, open, says } from "../support/instancePages.ts";

const site = instancePortal();

test("another plan says what it means, and is taken by the instance's name", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "resized");
  await open(page, tenant);
  await page
    .getByText("It is on plan basic, at €29.00 a month. Outside of its hours it costs €9.00 a month.")
    .waitFor();
  await page.getByRole("button", { name: "Change to pro" }).click();
  await page.getByText("resized is away while it is changed.").waitFor();
  await assertAccessibleInAll(page, "another plan");
  await page.getByLabel("Type resized to go on").fill("resized");
  await page.getByRole("button", { name: "Change to pro" }).click();
  await page.getByText("It is on plan pro, at €79.00 a month.").waitFor();
  await page.getByText("Changing its plan: done", { exact: true }).waitFor();
  assert.deepEqual(site.portal.provisioner.plans.at(-1), [tenant, "pro"]);
  // The way back says how long the way there took.
  await page.reload();
  await page.getByRole("button", { name: "Change to basic" }).click();
  await page.getByText("The last change of a plan took").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a change of plan that is under way or has failed is said, isn't offered again, and is taken back", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "halfway");
  await open(page, tenant);
  const plan = page.getByRole("region", { name: "Plan" });
  const { provisioner } = site.portal;
  provisioner.fault = new Error("the host doesn't answer");
  provisioner.takes = 3000;
  await plan.getByRole("button", { name: "Change to pro" }).click();
  await plan.getByLabel("Type halfway to go on").fill("halfway");
  await plan.getByRole("button", { name: "Change to pro" }).click();
  await says(page, "It is on its way to plan pro.");
  assert.equal(await plan.getByText("The last try failed").count(), 0);
  await says(page, "It is on its way to plan pro. The last try failed, and it is tried again by itself.");
  assert.equal(await plan.getByRole("button", { name: "Change to pro" }).count(), 0);
  await assertAccessibleInAll(page, "a change of plan that has failed");
  provisioner.fault = undefined;
  provisioner.takes = 50;
  await plan.getByRole("button", { name: "Stay on basic" }).click();
  await plan.getByText("The change is taken back").waitFor();
  await plan.getByLabel("Type halfway to go on").fill("halfway");
  await plan.getByRole("button", { name: "Stay on basic" }).click();
  await page.getByText("Changing its plan: done", { exact: true }).waitFor();
  await plan.getByRole("status").waitFor({ state: "detached" });
  await plan.getByRole("button", { name: "Change to pro" }).waitFor();
  assert.equal(await plan.getByRole("button", { name: "Stay on basic" }).count(), 0);
  assert.deepEqual(provisioner.plans.at(-1), [tenant, "basic"]);
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("what an instance used in a month is there in each language, and another month is chosen", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "used");
  await open(page, tenant);
  await page.getByText("How much it has stored isn't known yet.").waitFor();
  // As if it had run since five days before this month, slept by its hours for two of them, and then changed its plan.
  const month = new Date(`${monthOf(new Date())}-01T00:00:00Z`);
  const before = (days: number): Date => new Date(month.getTime() - days * 86_400_000);
  const span = { tenant_id: tenant, plan: "basic" };
  await site.portal.database.deleteFrom("usage_span").where("tenant_id", "=", tenant).execute();
  await site.portal.database
    .insertInto("usage_span")
    .values([
      { ...span, state: "running", from_at: before(5), to_at: before(3) },
      { ...span, state: "suspended", reason: "inactiveHours", from_at: before(3), to_at: before(1) },
      { ...span, state: "running", plan: "pro", from_at: before(1) },
    ])
    .execute();
  await site.portal.database
    .updateTable("tenant")
    .set({ ready_at: before(5), expires_at: before(-60) })
    .where("id", "=", tenant)
    .execute();
  const mebibyte = 1024 ** 2;
  await noteSizes(
    site.portal.database,
    tenant,
    { databaseBytes: 90.5 * mebibyte, filesBytes: 40 * mebibyte, memoryBytes: 700 * mebibyte },
    before(1),
  );
  await noteSizes(
    site.portal.database,
    tenant,
    { databaseBytes: 80 * mebibyte, filesBytes: 40 * mebibyte, memoryBytes: 500 * mebibyte },
    before(0.5),
  );
  await page.reload({ waitUntil: "networkidle" });
  await page.getByText("On plan pro for").waitFor();
  // The list has the newest of it, beside what the plan gives.
  const list = await visitor.context.newPage();
  await list.goto("/instances");
  await list.getByText(/^Stops on .* · Database 80\sMiB, files 40\sMiB · memory 500 of 2,048\sMiB$/).waitFor();
  await assertAccessibleInAll(list, "instances");
  await list.close();
  await page.getByLabel("Month").selectOption(monthOf(before(1)));
  const days = (month.getTime() - Date.parse(`${monthOf(before(1))}-01`)) / 86_400_000;
  const saved = (Math.round((2000 * 2) / days) / 100).toFixed(2);
  for (const text of [
    "On plan basic for 96 h, of which it was awake for 48 h. It gives 2,048 MiB of memory.",
    "On plan pro for 24 h, of which it was awake for 24 h. It gives 4,096 MiB of memory.",
    `Its hours let it sleep for 48 h. That is 96 GiB h of memory. It saved €${saved}.`,
    "Memory: 500 MiB, 700 MiB at the highest of the looks of each hour.",
    "Database: 80 MiB, 90.5 MiB at its highest.",
    "Files: 40 MiB, 40 MiB at their highest.",
  ]) {
    await page.getByText(text, { exact: true }).waitFor();
  }
  await assertAccessibleInAll(page, "usage");
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
