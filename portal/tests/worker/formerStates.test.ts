import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { forgetStates, mendStates } from "../../src/worker/formerStates.ts";

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

test("what a full disk has cut off is mended: a lock goes, the state before comes back, and nothing that is whole, or another stack's, changes", () => {
  const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-portal-states-"));
  const at = (file: string): string => join(folder, ".pulumi", file);
  const files = {
    "locks/organization/ours/abc/cut.json": "",
    "locks/organization/ours/abc/whole.json": "{}",
    "locks/organization/ours/other/cut.json": "",
    "stacks/ours/abc.json": '{"version": 3, "check',
    "stacks/ours/abc.json.bak": '{"version": 3}',
    "stacks/ours/new.json": "",
    "stacks/ours/lost.json": '{"version": 3, "check',
    "stacks/ours/other.json": "",
  };
  try {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(at(file)), { recursive: true });
      writeFileSync(at(file), content);
    }
    for (const stack of ["abc", "new", "lost", "none"]) {
      mendStates(`file://${folder}?metadata=skip`, "ours", stack);
      mendStates(undefined, "ours", stack);
    }
    assert.deepEqual(
      Object.keys(files).filter((file) => !existsSync(at(file))),
      ["locks/organization/ours/abc/cut.json", "stacks/ours/new.json"],
    );
    assert.equal(readFileSync(at("stacks/ours/abc.json"), "utf8"), '{"version": 3}');
    // What can't be had back isn't taken for a tenant without anything.
    assert.equal(readFileSync(at("stacks/ours/lost.json"), "utf8"), files["stacks/ours/lost.json"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
