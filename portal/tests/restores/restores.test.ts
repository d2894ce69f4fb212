/** Restores to a moment and their undoing, by the API and a worker on a real queue, with a clock of the tests' own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { RestoreError } from "odoo-fleet";
import type { JobView } from "../../src/jobs/jobs.ts";
import type { TenantQueue } from "../../src/jobs/queue.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { tick } from "../../src/lifecycle/queueDue.ts";
import { type BackupsView, withOldFacts } from "../../src/restores/backups.ts";
import { askForBackups } from "../../src/worker/restoreWork.ts";
import type { WorkerParts } from "../../src/worker/runJob.ts";
import { refusal, type TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { begunWork } from "../support/worked.ts";

const database = portalDatabase({ begin, end: async () => queue?.close() });
const settings = { plans: { basic: { price: 2900, currency: "EUR", keepDays: 0 } } };
const begun = new Date("2026-11-17T10:00:00Z");
const inDays = (days: number): Date => new Date(begun.getTime() + days * 86_400_000);
let now = begun;
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
let operator: string;
let parts: WorkerParts;
const provisioner = new FakeProvisioner();

async function begin(): Promise<void> {
  ({ queue, api, parts } = await begunWork({ database, provisioner, settings, now: () => now }));
  token = await api.token("restores@example.com");
  operator = await api.token("operator@example.com", ["operator:jobs"]);
}

const json = async <Answer>(answer: Promise<Response>): Promise<Answer> => (await answer).json() as Promise<Answer>;
const backups = (tenant: string) => json<BackupsView>(api.send("GET", `/tenants/${tenant}/backups`, { token }));

const idle = (tenant: string, state: TenantView["state"] = "running"): Promise<TenantView> =>
  api.settled(token, tenant, state);

async function made(address: string): Promise<string> {
  const { tenant } = await ordered(api, token, address, { plan: "basic" });
  await idle(tenant);
  return tenant;
}

const restore = (tenant: string, body: object): Promise<Response> =>
  api.send("POST", `/tenants/${tenant}/restores`, { token, body: { isDowntimeAccepted: true, ...body } });
const undo = (tenant: string, body: object): Promise<Response> =>
  api.send("POST", `/tenants/${tenant}/restores/undo`, { token, body: { isDowntimeAccepted: true, ...body } });

/** What a refusal says, after its status. */
const lastJob = async (tenant: string): Promise<JobView> =>
  (await json<{ jobs: JobView[] }>(api.send("GET", `/jobs?limit=1&tenant=${tenant}`, { token }))).jobs[0]!;
const states = async (tenant: string): Promise<string[]> =>
  (await backups(tenant)).restores.map(({ state }) => state).reverse();
const generation = async (tenant: string): Promise<number> =>
  (await database().selectFrom("tenant").select("restored").where("id", "=", tenant).executeTakeFirstOrThrow())
    .restored;
const at = "2026-11-16T10:00:00Z";

let tenant: string;

test("what can be restored is what the tenant's helper told a worker; before that nothing is", async () => {
  tenant = await made("acme");
  assert.deepEqual(await backups(tenant), {
    ...{ window: null, databaseAt: null, filesAt: null, provenAt: null, isUnproven: false, readAt: null },
    ...{ downtime: null, restores: [] },
  });
  assert.match(await refusal(restore(tenant, { address: "acme", at })), /^422 .*"field":"at","reason":"unknown"/);
  provisioner.facts = { ...provisioner.facts, proven: inDays(-1), isUnproven: true };
  assert.equal(await askForBackups(parts, await withOldFacts(database(), now, 10)), 1);
  const known = await backups(tenant);
  assert.deepEqual(known.window, { from: "2026-11-10T10:00:00.000Z", to: now.toISOString() });
  assert.deepEqual([known.provenAt, known.isUnproven], [inDays(-1).toISOString(), true]);
  // Asked anew once that is old.
  assert.deepEqual(await withOldFacts(database(), now, 10), []);
  assert.deepEqual(await withOldFacts(database(), inDays(1), 10), [tenant]);
});

test("what can't be restored is refused, and nothing is begun", async () => {
  const refused = async (body: object): Promise<string> => refusal(restore(tenant, { address: "acme", at, ...body }));
  assert.match(await refused({ at: "2026-11-10T09:59:59Z" }), /^422 .*"reason":"outside"/);
  assert.match(await refused({ at: "2026-11-17T10:00:01Z" }), /^422 .*"reason":"outside"/);
  assert.match(await refused({ address: "other" }), /^422 .*"field":"address","reason":"different"/);
  assert.match(await refused({ isDowntimeAccepted: false }), /^422 .*"field":"isDowntimeAccepted"/);
  assert.match(await refused({ at: "yesterday" }), /^422 .*"field":"at"/);
  assert.match(await refusal(undo(tenant, { address: "acme" })), /^409 .*no restore that can be undone/);
  const weak = await api.token("restores@example.com", ["tenants:write"]);
  const body = { address: "acme", at, isDowntimeAccepted: true };
  assert.match(await refusal(api.send("POST", `/tenants/${tenant}/restores`, { token: weak, body })), /^403 /);
  assert.deepEqual([provisioner.restores, await states(tenant)], [[], []]);
});

test("one that fails before the switch says so, and leaves the tenant as it was", async () => {
  for (const error of [new RestoreError("a segment is missing"), new Error("the host doesn't answer")]) {
    provisioner.restoreFault = { step: "restore", error };
    assert.equal((await restore(tenant, { address: "acme", at })).status, 200);
    await idle(tenant);
    const job = await lastJob(tenant);
    assert.deepEqual([job.state, job.failure], ["failed", "restore"]);
    // Nobody tries it again but its customer.
    assert.equal(await tick(database(), queue!, inDays(1)), 0);
    const again = api.send("POST", `/operator/jobs/${job.id}/retries`, { token: operator });
    assert.match(await refusal(again), /^409 .*its customer's to ask for it again/);
  }
  provisioner.restoreFault = undefined;
  assert.deepEqual([await states(tenant), await generation(tenant)], [["failed", "failed"], 0]);
  assert.deepEqual(provisioner.switched, []);
});

test("a restore is a job with phases; one whose switch fails is gone on with, and restores nothing twice", async () => {
  provisioner.restoreFault = { step: "switch", error: new Error("no room on the disk") };
  const view = await json<TenantView>(restore(tenant, { address: "acme", at }));
  assert.equal(view.state, "restoring");
  assert.match(await refusal(restore(tenant, { address: "acme", at })), /^409 .*has a job that isn't over/);
  await idle(tenant);
  assert.equal((await lastJob(tenant)).failure, "fault");
  assert.deepEqual((await states(tenant)).at(-1), "switching");
  assert.match(await refusal(restore(tenant, { address: "acme", at })), /^409 .*goes on by itself/);
  provisioner.restoreFault = undefined;
  // What is due first is the restore, whatever its customer wants meanwhile.
  await api.send("POST", `/tenants/${tenant}/stop`, { token });
  await idle(tenant, "suspended");
  assert.deepEqual(
    [provisioner.restores.length, provisioner.switched, provisioner.brought.at(-1)],
    [1, [[tenant, 1]], [tenant, "suspended"]],
  );
  assert.match(await refusal(undo(tenant, { address: "acme" })), /^409 .*suspended; start it first/);
  await api.send("POST", `/tenants/${tenant}/start`, { token, body: {} });
  await idle(tenant);
  const [done] = (await backups(tenant)).restores;
  assert.deepEqual([done!.state, done!.doneAt, done!.undoUntil], ["done", now.toISOString(), inDays(7).toISOString()]);
  assert.equal(await generation(tenant), 1);
});

test("a moment that a restore has given up can't be restored", async () => {
  now = inDays(1);
  const given = await refusal(restore(tenant, { address: "acme", at: "2026-11-17T09:00:00Z" }));
  assert.match(given, /^422 .*"reason":"givenUp"/);
});

test("it is undone with the former data, and what was restored is removed", async () => {
  provisioner.restoreFault = { step: "undo", error: new Error("the host doesn't answer") };
  assert.equal((await undo(tenant, { address: "acme" })).status, 200);
  await idle(tenant);
  assert.deepEqual([(await lastJob(tenant)).failure, (await states(tenant)).at(-1)], ["restore", "done"]);
  provisioner.restoreFault = undefined;
  await undo(tenant, { address: "acme" });
  await idle(tenant);
  assert.deepEqual(
    [(await states(tenant)).at(-1), await generation(tenant), provisioner.switched.at(-1), provisioner.removedData],
    ["undone", 0, [tenant, 0], [[tenant, 1]]],
  );
  assert.match(await refusal(undo(tenant, { address: "acme" })), /^409 /);
  // What was written between the restore and its undoing was given up.
  now = inDays(2);
  const between = await refusal(restore(tenant, { address: "acme", at: inDays(0.5).toISOString() }));
  assert.match(between, /^422 .*"reason":"givenUp"/);
});

test("former data is kept for its days, for the next restore, or for the tenant's end, and no longer", async () => {
  provisioner.removedData.length = 0;
  for (const number of [1, 2]) {
    await restore(tenant, { address: "acme", at });
    await idle(tenant);
    assert.equal(await generation(tenant), number);
  }
  assert.deepEqual(provisioner.removedData, [[tenant, 0]]);
  assert.equal(await tick(database(), queue!, inDays(8.9)), 0);
  assert.equal(await tick(database(), queue!, inDays(9)), 1);
  await idle(tenant);
  assert.equal((await lastJob(tenant)).kind, "settle");
  assert.deepEqual(provisioner.removedData, [
    [tenant, 0],
    [tenant, 1],
  ]);
  assert.equal(await tick(database(), queue!, inDays(9.1)), 0);
  assert.equal((await backups(tenant)).restores[0]!.undoUntil, null);

  await restore(tenant, { address: "acme", at });
  await idle(tenant);
  await api.send("POST", `/tenants/${tenant}/deletion`, { token, body: { address: "acme" } });
  await idle(tenant, "suspended");
  now = inDays(40);
  await tick(database(), queue!, now);
  for (const deadline = Date.now() + 30_000; provisioner.decommissioned.length === 0; await delay(50)) {
    assert.ok(Date.now() < deadline);
  }
  assert.deepEqual(provisioner.removedData.at(-1), [tenant, 2]);
});
