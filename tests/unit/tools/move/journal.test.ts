import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MoveJournal, type MoveRecord } from "../../../../tools/move/journal";

const parent = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
afterAll(() => rmSync(parent, { recursive: true }));

test("a journal remembers a move, for its owner alone, until it is removed", () => {
  const record: MoveRecord = {
    from: "one",
    to: "two",
    slot: 3,
    step: "copying",
    odooStartedAt: "2026-01-01T00:00:00Z",
  };
  const journal = new MoveJournal(join(parent, "moves"), "prod", "acme");
  expect(journal.read()).toBeUndefined();
  journal.write(record);
  journal.write({ ...record, step: "switching" });
  journal.keep("database.txt", "table|a|odoo|1|2\n");
  expect(new MoveJournal(join(parent, "moves"), "prod", "acme").read()).toEqual({ ...record, step: "switching" });
  expect(new MoveJournal(join(parent, "moves"), "prod", "globex").read()).toBeUndefined();
  expect(statSync(journal.folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(journal.folder).sort()).toEqual(["database.txt", "move.json"]);
  for (const file of readdirSync(journal.folder)) {
    expect(statSync(join(journal.folder, file)).mode & 0o777).toBe(0o600);
  }
  journal.remove();
  expect(existsSync(journal.folder)).toBe(false);
});
