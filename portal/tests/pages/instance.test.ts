/** A customer's page of his instance, in a real browser. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessibleInAll, tabTo } from "../support/chromium.ts";
import { noteBackups } from "../../src/restores/backups.ts";
import { monthOf } from "../../src/usage/months.ts";
import { noteSizes } from "../../src/usage/sizes.ts";
import { orderedBy } from "../support/customers.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal("127.0.0.1", () =>
  Promise.resolve({
    // As it is by default: a page that asks more than it may is told so.
    requestsPerMinute: 120,
    plans: {
      basic: { price: 2900, asleepPrice: 900, currency: "EUR", trialDays: 14 },
      pro: { price: 7900, currency: "EUR" },
    },
  }),
);

/** What its status says. */
const says = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).first().waitFor();

/** Opens the page of an instance, with all of its parts there: one that comes later would move what is clicked. */
const open = (page: Page, tenant: string) => page.goto(`/instances/${tenant}`, { waitUntil: "networkidle" });

const typed = (page: Page, label: string) => page.getByLabel(label, { exact: true });

test("by keyboard alone an instance is stopped by its name, and started; its jobs and its trail say so", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "stopped");
  await page.goto("/instances");
  await tabTo(page, "stopped");
  await page.keyboard.press("Enter");
  await says(page, "Running: at any time");
  await page.getByText("None within 400 days.").waitFor();

  await tabTo(page, "Stop it");
  await page.keyboard.press("Enter");
  await page.getByText("All data stays; it can be started at any time.").waitFor();
  await page.keyboard.type("stoped");
  await page.keyboard.press("Enter");
  assert.ok(await page.getByRole("button", { name: "Stop it" }).isDisabled());
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("stopped");
  await page.keyboard.press("Enter");
  await says(page, "Stopped: you stopped it");
  await tabTo(page, "Start it");
  await page.keyboard.press("Enter");
  await says(page, "Running: at any time");
  assert.deepEqual(site.portal.provisioner.brought, [
    [tenant, "suspended"],
    [tenant, "running"],
  ]);
  for (const job of ["Starting it: done", "Stopping it: done", "Making it: done"]) {
    await page.getByText(job, { exact: true }).waitFor();
  }
  for (const entry of ["Stopped · you", "Started · you"]) {
    await page.getByText(entry, { exact: true }).waitFor();
  }
  await page.getByRole("button", { name: "Show more" }).click();
  for (const entry of ["Ordered · by a mail's link", "Order confirmed · by a mail's link"]) {
    await page.getByText(entry, { exact: true }).waitFor();
  }
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("hours are judged while they are edited, and kept; an end is set by the own clock, and taken away", async () => {
  const visitor = await site.visitor("en", "light", "Africa/Nairobi");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "scheduled");
  const read = async () =>
    (await (await visitor.context.request.get(`/api/v1/tenants/${tenant}`)).json()) as {
      lifecycle: { activeHours: string[]; holidays: string[]; expiresAt: string | null };
    };
  await open(page, tenant);
  await page.getByRole("button", { name: "Change the hours" }).click();
  await page.getByText("With these hours:").waitFor();
  await page.getByText("By the clock of Africa/Nairobi.").waitFor();
  await page.getByLabel("New end").fill("2030-01-01T12:00");
  await page.getByRole("button", { name: "Set this end" }).click();
  await assertAccessibleInAll(page, "instance");
  const zone = page.getByLabel("Time zone");
  assert.equal(await zone.inputValue(), "Africa/Nairobi");
  await zone.fill("Africa/Nirobi");
  await page.getByText("There is no such zone").waitFor();
  assert.ok(await page.getByRole("button", { name: "Save the hours" }).isDisabled());
  await zone.fill("Africa/Nairobi");
  await typed(page, "To").fill("08:00");
  await page.getByText("The end is the start.").waitFor();
  await typed(page, "From").fill("00:00");
  await typed(page, "To").fill("00:00");
  for (const day of ["Sat", "Sun"]) {
    await page.getByLabel(day, { exact: true }).check();
  }
  await page.getByRole("status").filter({ hasText: "None within 400 days." }).waitFor();
  await page.getByLabel("A day without hours").fill("2030-12-25");
  await page.getByRole("button", { name: "Add the day" }).click();
  await page.getByRole("button", { name: "Save the hours" }).click();
  await says(page, "Running: these are its hours");
  await page.getByText("Not on Dec 25, 2030.").waitFor();
  const { lifecycle } = await read();
  assert.deepEqual(
    [lifecycle.activeHours, lifecycle.holidays],
    [["Mon-Sun 00:00-24:00 Africa/Nairobi"], ["2030-12-25"]],
  );

  await page.getByLabel("New end").fill("2030-06-01T12:00");
  await page.getByRole("button", { name: "Set this end" }).click();
  await page.getByLabel("Type scheduled to go on").fill("scheduled");
  await page.getByRole("button", { name: "Set this end" }).click();
  await page.getByText("It ends on Jun 1, 2030, 12:00 PM.").waitFor();
  assert.equal((await read()).lifecycle.expiresAt, "2030-06-01T09:00:00.000Z");
  // More time needs no name.
  await page.getByLabel("New end").fill("2030-07-01T12:00");
  await page.getByRole("button", { name: "Set this end" }).click();
  await page.getByText("It ends on Jul 1, 2030, 12:00 PM.").waitFor();
  await page.getByRole("button", { name: "Take the end away" }).click();
  await page.getByText("It has no end.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("hours that stop an instance now say so and ask for its name, and its page says how far that is", async () => {
  const visitor = await site.visitor("en", "light", "Africa/Nairobi");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "halted");
  await open(page, tenant);
  await page.getByRole("button", { name: "Change the hours" }).click();
  // Of a day that is neither today nor tomorrow, wherever that is.
  const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const only = days[(new Date().getUTCDay() + 3) % 7];
  for (const day of days) {
    await page.getByLabel(day, { exact: true }).setChecked(day === only);
  }
  site.portal.provisioner.takes = 3000;
  await page.getByRole("button", { name: "Save the hours" }).click();
  await page.getByText("By these hours halted isn't to run now: it stops at once").waitFor();
  await page.getByLabel("Type halted to go on").fill("halted");
  await page.getByRole("button", { name: "Save the hours" }).click();
  await says(page, "Stopping it · Preparing");
  await says(page, "Stopped: these aren't its hours");
  await page.getByText("Stopping it · ").waitFor({ state: "detached" });
  site.portal.provisioner.takes = 50;
  // Those that stop nothing need no name.
  await page.getByRole("button", { name: "Change the hours" }).click();
  await page.getByRole("button", { name: "Remove hours 1" }).click();
  await page.getByRole("button", { name: "Save the hours" }).click();
  await says(page, "Running: at any time");
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("an instance that is stopped is started by visits where its customer lets them, and its page says since when", async () => {
  const visitor = await site.visitor("en", "light", "Africa/Nairobi");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "visited");
  const wakesOf = () => site.portal.provisioner.wakes.filter(([id]) => id === tenant).map(([, minutes]) => minutes);
  await open(page, tenant);
  await page.getByText("a visitor reads that it is.").waitFor();
  await page.getByRole("button", { name: "Let a visit start it" }).click();
  await page.getByText("After 30 minutes without a visit it stops again.").waitFor();
  await page.getByRole("button", { name: "Stop it" }).click();
  await page.getByText("A visit starts it, too, for as long as somebody visits it.").waitFor();
  await page.getByLabel("Type visited to go on").fill("visited");
  await page.getByRole("button", { name: "Stop it" }).click();
  await page.getByText("Stopping it: done", { exact: true }).waitFor();
  assert.deepEqual(wakesOf(), [30]);
  // As the worker notes it.
  const woken = { woken_at: new Date("2026-11-16T09:30:00Z") };
  await site.portal.database.updateTable("tenant").set(woken).where("id", "=", tenant).execute();
  await page.reload({ waitUntil: "networkidle" });
  await says(page, "Stopped, and started by a visit: you stopped it");
  await page.getByText("A visit started it on Nov 16, 2026, 12:30 PM.").waitFor();
  await assertAccessibleInAll(page, "awake");
  await page.getByRole("button", { name: "Let no visit start it" }).click();
  await page.getByText("Letting visits start it, or not: done", { exact: true }).waitFor();
  assert.deepEqual(wakesOf(), [30, undefined]);
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

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
  await list.getByText(/^Stops on .* · Database 80 MiB, files 40 MiB · memory 500 of 2,048 MiB$/).waitFor();
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

test("an instance is exported, with a failure told and its progress, and what comes of it is downloaded", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "exported");
  await open(page, tenant);
  await says(page, "No export was made yet.");
  site.portal.provisioner.exportFault = new Error("the host doesn't answer");
  await page.getByRole("button", { name: "Make an export" }).click();
  await says(page, "couldn't be made; nothing was changed");
  site.portal.provisioner.exportFault = undefined;
  site.portal.provisioner.takes = 4000;
  await page.getByRole("button", { name: "Make an export" }).click();
  await says(page, "it is being made. Restoring and checking, beside what serves.");
  assert.ok(await page.getByRole("button", { name: "Make an export" }).isDisabled());
  await says(page, "is ready.");
  site.portal.provisioner.takes = 50;
  const link = page.getByRole("link", { name: "Download it (0 MiB)" });
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.match(download.suggestedFilename(), /^exported-\d{4}-\d{2}-\d{2}\.zip$/);
  assert.equal(readFileSync(await download.path(), "utf8"), "a zip");
  await page.getByText(createHash("sha256").update("a zip").digest("hex")).waitFor();
  for (const text of ["Exporting it: done", "Exporting it: failed"]) {
    await page.getByText(text, { exact: true }).waitFor();
  }
  await page.reload({ waitUntil: "networkidle" });
  for (const text of ["To be exported · you", "Export downloaded · you"]) {
    await page.getByText(text, { exact: true }).first().waitFor();
  }
  await page.getByRole("link", { name: "Download it" }).waitFor();
  await assertAccessibleInAll(page, "exports");
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a password is set by a link that is made, waited for and led to; what fails is told, and what is stopped has no link", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "password");
  await page.route(`http://127.0.0.1/${tenant}/**`, (route) =>
    route.fulfill({ body: "Odoo", contentType: "text/html" }),
  );
  await open(page, tenant);
  const set = page.getByRole("button", { name: "Set my password" });
  site.portal.provisioner.offerFault = new Error("the host doesn't answer");
  await set.click();
  await says(page, "It didn't work, and nothing was changed.");
  await assertAccessibleInAll(page, "a password that couldn't be set");
  site.portal.provisioner.offerFault = undefined;
  await set.click();
  await page.waitForURL(/^http:\/\/127\.0\.0\.1\/[a-z0-9]+\/odoo-fleet\/password#[\w-]{43}$/);
  const { hash } = new URL(page.url());
  const [, { tokenHash }] = site.portal.provisioner.offers.at(-1)!;
  assert.equal(createHash("sha256").update(hash.slice(1)).digest("hex"), tokenHash);
  // By the browser itself it is asked for without the token.
  assert.deepEqual(visitor.faults, [`asked for http://127.0.0.1/${tenant}/odoo-fleet/password`]);

  await open(page, tenant);
  for (const text of ["Link to set its password: done", "Link to set its password: failed"]) {
    await page.getByText(text, { exact: true }).first().waitFor();
  }
  await page.getByText("Link to set its password asked for · you").first().waitFor();
  await page.getByRole("button", { name: "Stop it" }).click();
  await typed(page, "Type password to go on").fill("password");
  await page.getByRole("button", { name: "Stop it" }).click();
  await says(page, "To set it, let it run first.");
  assert.ok(await set.isDisabled());
  await visitor.context.close();
});

test("an instance is restored to a moment by its name, and that is undone; it says what is there and what was done", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "restored");
  await open(page, tenant);
  await page.getByText("Nothing can be restored yet").waitFor();
  const from = new Date(Date.now() - 3 * 86_400_000);
  const facts = { from, database: new Date(), files: new Date(), proven: from, isUnproven: true };
  await noteBackups(site.portal.database, tenant, facts, new Date());
  await page.reload({ waitUntil: "networkidle" });
  for (const text of [
    "Each moment from ",
    "Last backup of its database",
    "it was proven that",
    "The last proof has failed",
  ]) {
    await page.getByText(text).waitFor();
  }
  const field = page.getByLabel("Moment to restore");
  await field.fill(`${new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 16)}:30`);
  await page.getByText("This moment can't be restored.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Restore it" }).count(), 0);
  const moment = new Date(Math.floor(Date.now() / 1000) * 1000 - 86_400_000);
  // By the visitor's own clock.
  const typedMoment = await page.evaluate((time) => {
    const [date, clock] = new Date(time).toLocaleString("sv-SE").split(" ");
    return `${date}T${clock}`;
  }, moment.getTime());
  await field.fill(typedMoment);
  await page.getByRole("button", { name: "Restore it" }).click();
  await page.getByText("restored becomes what it was on").waitFor();
  await assertAccessibleInAll(page, "a restore");
  await page.getByLabel("Type restored to go on").fill("restored");
  await page.getByRole("button", { name: "Restore it" }).click();
  await says(page, "It was restored to");
  const { at } = await site.portal.database
    .selectFrom("restore")
    .select("at")
    .where("tenant_id", "=", tenant)
    .executeTakeFirstOrThrow();
  assert.deepEqual([at, site.portal.provisioner.switched], [moment, [[tenant, 1]]]);
  await assertAccessibleInAll(page, "backups");

  await page.getByRole("button", { name: "Undo the restore" }).click();
  await page.getByText("What was written since the restore is removed for good.").waitFor();
  await page.getByLabel("Type restored to go on").fill("restored");
  await page.getByRole("button", { name: "Undo the restore" }).click();
  await says(page, "was undone");
  assert.deepEqual(site.portal.provisioner.switched.at(-1), [tenant, 0]);
  for (const text of ["Restoring it: done", "Undoing its restore: done", "To be restored · you"]) {
    await page.getByText(text, { exact: true }).waitFor();
  }
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a domain of one's own is added with the records to publish, looked for, served, and removed by its name", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "named");
  await open(page, tenant);
  const domains = page.getByRole("region", { name: "Domains of your own" });
  await domains.getByText("There is none.").waitFor();
  const field = domains.getByLabel("Domain", { exact: true });
  const add = domains.getByRole("button", { name: "Add the domain" });
  await field.fill("https://erp.named.test/");
  await add.click();
  await domains.getByText("Write a name like erp.example.com").waitFor();
  await field.fill("named.example.com");
  await add.click();
  await domains.getByText("This name is the provider's.").waitFor();
  await field.fill("erp.named.test");
  await add.click();
  await domains.getByRole("region", { name: "erp.named.test" }).waitFor();
  await field.fill("erp.Named.test");
  await domains.getByText("It has this domain already.").waitFor();
  assert.ok(await add.isDisabled());
  const one = domains.getByRole("region", { name: "erp.named.test" });
  await one.getByRole("status").filter({ hasText: "It isn't served yet." }).waitFor();
  await one.getByRole("cell", { name: /^odoo-fleet=[0-9a-f]{32}$/ }).waitFor();
  await one.getByRole("cell", { name: "named.example.com" }).waitFor();
  await one.getByRole("button", { name: "Look now: erp.named.test" }).click();
  await one.getByText("Looked for on").waitFor();
  await assertAccessibleInAll(page, "domains");

  const { database } = site.portal;
  await database
    .updateTable("tenant_domain")
    .set({ state: "proven", proven_at: new Date() })
    .where("tenant_id", "=", tenant)
    .execute();
  await database
    .updateTable("tenant")
    .set({ made_domains: ["erp.named.test"] })
    .where("id", "=", tenant)
    .execute();
  await one.getByText("It is served.").waitFor();
  assert.equal(await one.getByRole("link", { name: "erp.named.test" }).getAttribute("href"), "https://erp.named.test");
  await one.getByRole("button", { name: "Remove: erp.named.test" }).click();
  await one.getByText("in mails and links becomes named.example.com, and Odoo restarts for that.").waitFor();
  await one.getByLabel("Type erp.named.test to go on").fill("erp.named.test");
  await one.getByRole("button", { name: "Remove", exact: true }).click();
  await domains.getByText("There is none.").waitFor();
  await page.getByText("Domain removed · you", { exact: true }).waitFor();
  await page.getByText("Bringing it to its domains: done", { exact: true }).waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a staging copy is made at an address, opened, kept longer, brought anew by its name, and removed", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "copied");
  await open(page, tenant);
  // Why there can't be one is said beforehand.
  await page.getByText("Its first backup isn't there yet").waitFor();
  assert.equal(await page.getByRole("button", { name: "Make a copy" }).count(), 0);
  const facts = { from: new Date(Date.now() - 86_400_000), isUnproven: false };
  await noteBackups(site.portal.database, tenant, facts, new Date());
  await open(page, tenant);
  const copy = page.getByRole("region", { name: "Staging copy" });
  await copy.getByText("There is none.").waitFor();
  const address = copy.getByLabel("Address");
  assert.equal(await address.inputValue(), "copied-staging");
  await address.fill("copied");
  await copy.getByText("It is somebody's already.").waitFor();
  await address.fill("copied-try");
  await copy.getByText("It is free.").waitFor();
  await copy.getByRole("button", { name: "Make a copy" }).click();
  await copy.getByRole("status").filter({ hasText: "It runs." }).waitFor();
  const [id, of] = site.portal.provisioner.copies.at(-1)!;
  assert.equal(of, tenant);
  const link = copy.getByRole("link", { name: "Open the copy: copied-try" });
  assert.equal(await link.getAttribute("href"), `http://127.0.0.1/${id}`);
  await copy.getByRole("button", { name: "Keep it 14 days from now" }).click();
  await page.getByText("Staging copy kept longer · you", { exact: true }).waitFor();
  await assertAccessibleInAll(page, "copy");

  for (const [act, says] of [
    ["Bring it anew", "All that was done in the copy is removed for good."],
    ["Remove the copy", "copied-try is removed at once"],
  ] as const) {
    await copy.getByRole("button", { name: act }).click();
    await copy.getByText(says).waitFor();
    await copy.getByLabel("Type copied-try to go on").fill("copied-try");
    await copy.getByRole("button", { name: act }).click();
    await page.getByText(act === "Bring it anew" ? "brought anew · you" : "to be removed · you").waitFor();
  }
  await copy.getByText("There is none.").waitFor();
  assert.deepEqual(site.portal.provisioner.removedCopies, [[id, 2, 3]]);
  await page.getByText("Removing its staging copy: done", { exact: true }).waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("an instance is deleted by its name, and that is undone; one whose making failed is removed", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const tenant = await orderedBy(visitor, site.portal, "deleted");
  await open(page, tenant);
  await page.getByRole("button", { name: "Delete it" }).click();
  await page.getByText("you can undo that here").waitFor();
  await page.getByLabel("Type deleted to go on").fill("deleted");
  await assertAccessibleInAll(page, "deletion");
  await page.getByRole("button", { name: "Delete it" }).click();
  await says(page, "Stopped: it is to be deleted");
  // What can't be done any more isn't offered, and why is said, in place of a refusal.
  for (const name of ["Plan", "Domains of your own", "Staging copy"]) {
    const part = page.getByRole("region", { name, exact: true });
    await part.getByText("It is to be deleted. Undo that first.").waitFor();
    assert.equal(await part.getByRole("textbox").count(), 0, name);
  }
  await page.getByRole("button", { name: "Undo its deletion" }).click();
  await says(page, "Running: at any time");

  site.portal.provisioner.fault = new Error("no disk left");
  const failed = await orderedBy(visitor, site.portal, "unmade", "failed");
  site.portal.provisioner.fault = undefined;
  await open(page, failed);
  await says(page, "Couldn't be made");
  await page.getByRole("button", { name: "Delete it" }).click();
  await page.getByLabel("Type unmade to go on").fill("unmade");
  await page.getByRole("button", { name: "Delete it" }).click();
  await page.waitForURL(`${site.portal.origin}/instances`);
  await says(page, "unmade is removed.");
  await page.getByRole("link", { name: "unmade", exact: true }).waitFor({ state: "detached" });
  assert.deepEqual(site.portal.provisioner.removed, [failed]);
  // A tab that still shows it doesn't go on showing it.
  await page.goto(`/instances/${failed}`);
  await page.getByText("It isn't there, or it isn't yours.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a page of somebody else's instance, one without a session, and a portal that is gone say so", async () => {
  const owner = await site.visitor("en", "light");
  const other = await site.visitor("en", "light");
  const tenant = await orderedBy(owner, site.portal, "owned");
  const page = await other.context.newPage();
  await open(page, tenant);
  await page.getByText("Sign in to see this.").waitFor();
  await orderedBy(other, site.portal, "anothers");
  await open(page, tenant);
  await page.getByText("It isn't there, or it isn't yours.").waitFor();

  const own = await owner.context.newPage();
  await own.route("**/api/v1/**", (route) => route.abort());
  await own.goto(`/instances/${tenant}`);
  await own.getByText("The portal doesn't answer.").waitFor();
  await own.unroute("**/api/v1/**");
  await own.getByRole("button", { name: "Try again" }).click();
  await says(own, "Running");
  // One part that fails takes no other with it.
  await own.route("**/api/v1/audit**", (route) => route.fulfill({ status: 502, body: "Bad gateway" }));
  await own.reload();
  await own.getByText("The portal doesn't answer.").waitFor();
  await own.getByText("Making it: done").waitFor();
  assert.deepEqual([...owner.faults, ...other.faults], []);
  await owner.context.close();
  await other.context.close();
});
