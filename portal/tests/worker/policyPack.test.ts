import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { BrokenRules, demandPack, packOptions, PolicyError } from "../../src/worker/policyPack.ts";
import { parseWorkerSettings } from "../../src/worker/workerSettings.ts";
import { testSettings } from "../support/settings.ts";

const fleet = { environment: "prod", hosts: { local: {} }, plans: { pro: { memory: 2048, cpus: 1, workers: 2 } } };
const settingsWith = (changes: object) => parseWorkerSettings({ fleet, ...changes }, testSettings());

/** A broken rule, as Pulumi's engine tells it. */
const broken = (policyName: string, enforcementLevel: string): EngineEvent =>
  ({ sequence: 1, timestamp: 1, policyEvent: { policyName, enforcementLevel } }) as EngineEvent;

test("the project's own pack is applied unless another is named, and one that isn't there is refused at the start", () => {
  const [own] = packOptions(settingsWith({})).policyPacks;
  assert.ok(existsSync(join(own!, "PulumiPolicy.yaml")));
  demandPack(settingsWith({}));
  assert.deepEqual(packOptions(settingsWith({ policyPack: "/pack", policyPackConfig: "/levels.json" })), {
    policyPacks: ["/pack"],
    policyPackConfigs: ["/levels.json"],
  });
  assert.throws(
    () => demandPack(settingsWith({ policyPack: "/nowhere" })),
    /\/nowhere\/PulumiPolicy\.yaml isn't there/,
  );
  assert.throws(() => demandPack(settingsWith({ policyPackConfig: "/nowhere.json" })), /\/nowhere\.json isn't there/);
});

test("an update that a mandatory rule stops ends with the rules' names; one that fails otherwise with its own error", async () => {
  const fault = new Error("exit status 255");
  const run = () => Promise.reject(fault);
  const rules = new BrokenRules();
  rules.note(broken("cpu-limit", "advisory"));
  await assert.rejects(rules.judge(run), fault);
  rules.note(broken("no-privileged", "mandatory"));
  rules.note(broken("bind-address", "mandatory"));
  rules.note(broken("bind-address", "mandatory"));
  await assert.rejects(rules.judge(run), (error) => {
    assert.ok(error instanceof PolicyError);
    assert.deepEqual([error.rules, error.cause], [["bind-address", "no-privileged"], fault]);
    return true;
  });
  assert.equal(await rules.judge(() => Promise.resolve(1)), 1);
});
