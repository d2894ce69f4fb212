import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fleetSecret, parseWorkerSettings, webhookSecret } from "../../src/worker/workerSettings.ts";
import { testSettings } from "../support/settings.ts";

const fleet = { environment: "prod", hosts: { local: {} }, plans: { pro: { memory: 2048, cpus: 1, workers: 2 } } };

test("a fleet that has all that is sold is taken as it is", () => {
  const parsed = parseWorkerSettings({ fleet }, testSettings());
  assert.deepEqual(parsed, { project: "odoo-fleet-portal", atOnce: 3, monitors: [], declared: {}, fleet });
});

test("what the fleet can't make is named before it is sold: a plan, a release, a host", () => {
  const settings = testSettings({
    plans: { gold: { price: 1, currency: "EUR" } },
    odooVersions: ["12.0"],
    slots: { nowhere: { from: 1, to: 2 } },
  });
  assert.throws(
    () => parseWorkerSettings({ fleet }, settings),
    ({ message }: Error) => ["gold", "12.0", "nowhere"].every((word) => message.includes(word)),
  );
});

test("a fleet that names tenants, and keys that aren't known, are refused with their path", () => {
  assert.throws(
    () => parseWorkerSettings({ fleet: { ...fleet, tenants: { acme: {} } } }, testSettings()),
    /fleet\.tenants/,
  );
  assert.throws(() => parseWorkerSettings({ fleet, atonce: 3 }, testSettings()), /atonce/);
});

test("behind an edge the fleet's secret has to come from a file", () => {
  const edge = { domain: "example.com", certificates: "internal" };
  const worker = parseWorkerSettings({ fleet: { ...fleet, edge } }, testSettings());
  assert.throws(() => fleetSecret({}, worker), /PORTAL_FLEET_SECRET_FILE is not set/);
  assert.equal(fleetSecret({}, parseWorkerSettings({ fleet }, testSettings())), undefined);
});

test("secrets of webhooks are sealed by a file's word, else by the fleet's secret; without either nobody can make one", async () => {
  assert.equal(webhookSecret({}, "the fleet's"), "the fleet's");
  assert.equal(webhookSecret({}, undefined), undefined);
  const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
  const environment = { PORTAL_WEBHOOK_SECRET_FILE: join(folder, "secret") };
  try {
    await writeFile(environment.PORTAL_WEBHOOK_SECRET_FILE, `${"a".repeat(32)}\n`);
    assert.equal(webhookSecret(environment, "the fleet's"), "a".repeat(32));
    await writeFile(environment.PORTAL_WEBHOOK_SECRET_FILE, "short");
    assert.throws(() => webhookSecret(environment, undefined), /5 characters; expected 32 or more: openssl/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
