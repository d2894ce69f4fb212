import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { forgetHistory } from "../../../../tools/erase/history";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("removes the former states of the stack that have the tenant's secret, and no others", () => {
  const files = {
    "stacks/odoo-fleet/dev.json": "",
    "stacks/odoo-fleet/dev.json.bak": "::acme-backup-password",
    "history/odoo-fleet/dev/dev-1.checkpoint.json": "::acme-backup-password",
    "history/odoo-fleet/dev/dev-2.checkpoint.json": "::globex-backup-password",
    "backups/odoo-fleet/dev/dev.1.json": "::acme-backup-password",
    "history/odoo-fleet/prod/prod-1.checkpoint.json": "::acme-backup-password",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, ".pulumi", name)), { recursive: true });
    writeFileSync(join(folder, ".pulumi", name), text);
  }
  expect(forgetHistory(`file://${folder}?metadata=skip`, "dev", "acme")).toEqual([
    "3 former versions of the stack's state had its secret, and are removed",
  ]);
  const left = Object.keys(files).filter((name) => existsSync(join(folder, ".pulumi", name)));
  expect(left).toEqual([
    "stacks/odoo-fleet/dev.json",
    "history/odoo-fleet/dev/dev-2.checkpoint.json",
    "history/odoo-fleet/prod/prod-1.checkpoint.json",
  ]);
});

it("says what only another backend's owner can do", () => {
  expect(forgetHistory("s3://states", "dev", "acme")).toEqual([
    expect.stringContaining("have the backend s3://states forget"),
  ]);
});
