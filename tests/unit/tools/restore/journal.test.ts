import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { TenantJournal } from "../../../../tools/restore/journal";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
const journal = new TenantJournal<{ step: string }>(folder, "dev", "acme");
const claimed = join(folder, "dev.acme.json.by");

afterAll(() => rmSync(folder, { recursive: true }));

test("an operation on a tenant keeps other runs away while its process lives, and nobody afterwards", async () => {
  const other = spawn("sleep", ["60"]);
  journal.claim();
  writeFileSync(claimed, JSON.stringify({ machine: hostname(), pid: other.pid }));
  expect(journal.claim()).toEqual({ machine: hostname(), pid: other.pid });
  other.kill();
  await once(other, "exit");
  expect(journal.claim()).toBeUndefined();
  expect(JSON.parse(readFileSync(claimed, "utf8"))).toMatchObject({ pid: process.pid });
});

test("what another machine works on can't be seen from here", () => {
  writeFileSync(claimed, JSON.stringify({ machine: "elsewhere", pid: process.pid + 1 }));
  expect(journal.claim()).toBeUndefined();
});

test("a note is read as it was written, and gone when it is removed", () => {
  expect(journal.read()).toBeUndefined();
  journal.write({ step: "restoring" });
  expect(journal.read()).toEqual({ step: "restoring" });
  journal.remove();
  expect(journal.read()).toBeUndefined();
});
