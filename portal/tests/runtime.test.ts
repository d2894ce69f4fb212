import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { runtimeFault } from "../src/runtime.mjs";
import { parseSettings, SettingsError } from "../src/settings.ts";
import { testSettings } from "./support/settings.ts";

test("a Node.js that is too old, or knows Casablanca's old time, is refused", () => {
  assert.equal(runtimeFault({ node: "24.0.0", tz: "2026b" }), undefined);
  assert.equal(runtimeFault({ node: "26.1.0", tz: "2027a" }), undefined);
  assert.match(runtimeFault({ node: "22.23.0", tz: "2026c" }) ?? "", /22\.23\.0 is too old; expected 24/);
  assert.match(runtimeFault({ node: "24.9.0", tz: "2026a" }) ?? "", /are 2026a; expected 2026b/);
  assert.match(runtimeFault({ node: "24.9.0", tz: "2025c" }) ?? "", /are 2025c/);
  assert.match(runtimeFault({ node: "24.9.0" }) ?? "", /are missing/);
});

test("the Node.js of these tests is on time in Casablanca", () => {
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: "Africa/Casablanca", hour: "2-digit", hourCycle: "h23" });
  assert.equal(hour.format(new Date("2026-11-27T12:00:00Z")), "12");
});

test("starting names the processes that there are", async () => {
  const started = promisify(execFile)(process.execPath, ["start.mjs", "wbe"], {
    cwd: new URL("..", import.meta.url),
  });
  await assert.rejects(started, { code: 2, stderr: /"wbe" is no process of the portal/ });
});

test("settings are refused with every mistake and its path", () => {
  const wrong = {
    ...testSettings(),
    origin: "https://portal.example.com/path",
    plans: { basic: { price: -1, currency: "euro" } },
    slots: { local: { from: 9, to: 3 } },
    extra: true,
  };
  assert.throws(
    () => parseSettings(wrong),
    (error: unknown) => {
      assert.ok(error instanceof SettingsError);
      for (const path of ["origin", "plans.basic.price", "plans.basic.currency", "slots.local", "extra"]) {
        assert.ok(error.message.includes(path), `${path} is missing in ${error.message}`);
      }
      return true;
    },
  );
});
