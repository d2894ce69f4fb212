import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { forgetStates } from "../../src/worker/formerStates.ts";

test("what a backend of files keeps of a stack goes, and nothing of another stack or project", () => {
  const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-portal-states-"));
  const gone = [
    "stacks/ours/abc.json.bak",
    "stacks/ours/abc.json",
    "history/ours/abc/abc-1.history.json",
    "backups/ours/abc/abc.1.json",
    "locks/organization/ours/abc/1.json",
  ];
  const kept = ["stacks/ours/abcd.json", "stacks/theirs/abc.json", "history/ours/abcd/abcd-1.history.json"];
  try {
    for (const file of [...gone, ...kept]) {
      mkdirSync(join(folder, ".pulumi", dirname(file)), { recursive: true });
      writeFileSync(join(folder, ".pulumi", file), "{}");
    }
    forgetStates(undefined, "ours", "abc");
    forgetStates(`file://${folder}?metadata=skip`, "ours", "abc");
    // Again, as after a worker that died in the middle.
    forgetStates(`file://${folder}?metadata=skip`, "ours", "abc");
    const files = readdirSync(join(folder, ".pulumi"), { recursive: true, encoding: "utf8" });
    assert.deepEqual(files.filter((name) => name.endsWith(".json") || name.endsWith(".bak")).sort(), kept.sort());
    assert.ok(!files.some((name) => name.endsWith("/abc")));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
