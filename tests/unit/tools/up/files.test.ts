import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventLog } from "../../../../tools/up/eventLog";
import { newLog } from "../../../../tools/up/logs";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-up-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("reads events as they come, also when one is written in two pieces within a character", () => {
  const file = join(folder, "events");
  writeFileSync(file, "");
  const log = new EventLog(file);
  const line = Buffer.from('{"diagnosticEvent":{"severity":"info","message":"é"}}\n');
  const middle = line.indexOf(0xc3) + 1;
  expect(log.read()).toEqual([]);
  appendFileSync(file, line.subarray(0, middle));
  expect(log.read()).toEqual([]);
  appendFileSync(file, Buffer.concat([line.subarray(middle), line]));
  expect(log.read().map(({ diagnosticEvent }) => diagnosticEvent?.message)).toEqual(["é", "é"]);
  expect(log.read()).toEqual([]);
  log.close();
});

it("keeps the newest logs of a stack, and those of others", () => {
  const logs = join(folder, "logs");
  const day = (number: number): Date => new Date(Date.UTC(2026, 0, number, 10, 15));
  const other = newLog(logs, "dev-up-two", day(1));
  writeFileSync(other, "");
  for (let number = 1; number <= 22; number++) {
    writeFileSync(newLog(logs, "dev", day(number)), "");
  }
  const own = readdirSync(logs).filter((file) => /^dev-up-\d/.test(file));
  expect(own).toHaveLength(20);
  expect(own.sort()[0]).toBe("dev-up-2026-01-03T10-15-00.log");
  expect(readdirSync(logs)).toContain("dev-up-two-up-2026-01-01T10-15-00.log");
});
