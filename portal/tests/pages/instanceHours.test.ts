/** When an instance runs, by its page, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { instancePortal, open, says } from "../support/instancePages.ts";

const site = instancePortal();

const typed = (page: Page, label: string) => page.getByLabel(label, { exact: true });

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
