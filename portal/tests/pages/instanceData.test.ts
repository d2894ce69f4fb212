/** Exports, restores and the staging copy of an instance, by its page, in a real browser. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { noteBackups } from "../../src/restores/backups.ts";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { instancePortal, open, says } from "../support/instancePages.ts";

const site = instancePortal();

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

  // Deleted, it leaves its last export on the page of all instances.
  await site.portal.database
    .updateTable("export")
    .set({ is_last: true } as object)
    .where("tenant_id", "=", tenant)
    .execute();
  const gone = { deleted_at: new Date(), erased_at: new Date(), host: null, slot: null };
  await site.portal.database.updateTable("tenant").set(gone).where("id", "=", tenant).execute();
  await page.goto("/instances", { waitUntil: "networkidle" });
  await page.getByRole("heading", { name: "Last exports of deleted instances" }).waitFor();
  await page.getByRole("heading", { name: "exported", exact: true }).waitFor();
  const [again] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download it (0 MiB)" }).click(),
  ]);
  assert.equal(readFileSync(await again.path(), "utf8"), "a zip");
  await assertAccessibleInAll(page, "last exports");
  assert.deepEqual(visitor.faults, []);
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
  await copy.getByText("It is taken already.").waitFor();
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
