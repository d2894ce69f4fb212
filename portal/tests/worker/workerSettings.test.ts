import assert from "node:assert/strict";
import { test } from "node:test";
import { fleetSecret, parseWorkerSettings } from "../../src/worker/workerSettings.ts";
import { testSettings } from "../support/settings.ts";

const fleet = { environment: "prod", hosts: { local: {} }, plans: { pro: { memory: 2048, cpus: 1, workers: 2 } } };

test("a fleet that has all that is sold is taken as it is", () => {
  const parsed = parseWorkerSettings({ fleet }, testSettings());
  assert.deepEqual(parsed, { project: "odoo-fleet-portal", atOnce: 2, fleet });
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
