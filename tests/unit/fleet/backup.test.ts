import fc from "fast-check";
import { parseFleet, resolveFleet } from "../../../fleet";
import { archivedBackups, type BackupPolicy, dueAfterSeconds } from "../../../fleet/backup";

const backupOf = (tenant: object, plans: object = {}): BackupPolicy =>
  resolveFleet({ hosts: { local: {} }, plans, tenants: { acme: tenant } }, "dev").tenants["acme"]!.backup;
const day = 86_400;

describe("how a tenant is backed up", () => {
  test("needs no word", () => {
    expect(backupOf({})).toEqual({ everySeconds: day, keepDays: 30, pitrDays: 7, drillSeconds: 7 * day });
  });

  test("is what the tenant says, else its plan, key by key", () => {
    const plans = { starter: { backup: { every: "6h", keep: "60d" } } };
    expect(backupOf({}, plans)).toEqual({
      everySeconds: 6 * 3600,
      keepDays: 60,
      pitrDays: 7,
      drillSeconds: 7 * day,
    });
    expect(backupOf({ backup: { every: "30m", pitr: "14d", drillEvery: "1d" } }, plans)).toEqual({
      everySeconds: 1800,
      keepDays: 60,
      pitrDays: 14,
      drillSeconds: day,
    });
  });

  test.each([
    ["tenants.acme.backup.every", { every: "1m" }],
    ["tenants.acme.backup.every", { every: "8d" }],
    ["tenants.acme.backup.keep", { keep: "0d" }],
    ["tenants.acme.backup.pitr", { pitr: "forever" }],
    ["tenants.acme.backup.drillEvery", { drillEvery: "31d" }],
    ["tenants.acme.backup.often", { often: true }],
    ["tenants.acme.backup", { keep: "3d" }],
  ])("is refused at odoo-fleet:%s: %j", (path, backup) => {
    const result = parseFleet({ hosts: { local: {} }, tenants: { acme: { backup } } }, "dev");
    expect(result).toMatchObject({ ok: false, problems: [{ path: `odoo-fleet:${path}` }] });
  });

  test("is refused once where the plan is at fault, at the plan", () => {
    const plans = { starter: { backup: { keep: "3d", pitr: "4d" } } };
    const result = parseFleet({ hosts: { local: {} }, plans, tenants: { acme: {}, globex: {} } }, "dev");
    expect(result).toMatchObject({ ok: false, problems: [{ path: "odoo-fleet:plans.starter.backup" }] });
  });

  test("is due at most a tenth early, and tenants on neighbouring slots don't meet", () => {
    const policy = backupOf({});
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 998 }), (slot) => {
        const due = dueAfterSeconds(policy, slot);
        expect(due).toBeLessThanOrEqual(day);
        expect(due).toBeGreaterThan(0.9 * day);
        expect(Math.abs(due - dueAfterSeconds(policy, slot + 1))).toBeGreaterThan(600);
      }),
    );
  });

  test("keeps the log back to a backup before the window, however early each is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 600, max: 7 * day }),
        fc.integer({ min: 1, max: 365 }),
        (everySeconds, pitrDays) => {
          const kept = archivedBackups({ everySeconds, keepDays: 365, pitrDays, drillSeconds: 7 * day });
          expect((kept - 1) * everySeconds * 0.9).toBeGreaterThanOrEqual(pitrDays * day - 1);
        },
      ),
    );
  });
});

test("a tenant's restored volumes are others, and everything else of it is called as before", () => {
  const namesOf = (tenant: object): Record<string, string> => ({
    ...resolveFleet({ hosts: { local: {} }, tenants: { acme: tenant } }, "dev").tenants["acme"]!.names,
  });
  const before = namesOf({});
  const after = namesOf({ restored: 2 });
  const changed = Object.keys(before).filter((key) => before[key] !== after[key]);
  expect(changed.map((key) => after[key])).toEqual(["dev-acme-database-2", "dev-acme-filestore-2"]);
});
