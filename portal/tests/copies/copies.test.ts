/** Staging copies of tenants, by the API and a worker on a real queue, with a clock of the tests' own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { RestoreError } from "odoo-fleet";
import type { AuditView } from "../../src/audit/audit.ts";
import type { CopyOffer, CopyView } from "../../src/copies/findCopy.ts";
import type { JobView } from "../../src/jobs/jobs.ts";
import type { TenantQueue } from "../../src/jobs/queue.ts";
import { tick } from "../../src/lifecycle/queueDue.ts";
import { type SendableWarning, sendWarnings } from "../../src/lifecycle/warnings.ts";
import { withOldFacts } from "../../src/restores/backups.ts";
import { lookAtUsage } from "../../src/usage/spans.ts";
import { withOldSizes } from "../../src/usage/sizes.ts";
import { recoverHost } from "../../src/worker/recovery.ts";
import { askForBackups } from "../../src/worker/restoreWork.ts";
import type { WorkerParts } from "../../src/worker/runJob.ts";
import { refusal, type TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSets } from "../support/sets.ts";
import { begunWork } from "../support/worked.ts";

const database = portalDatabase({ begin, end: async () => queue?.close() });
const settings = {
  plans: { basic: { price: 2900, currency: "EUR", keepDays: 0, trialDays: 14 } },
  sets: testSets,
  slots: { local: { from: 500, to: 502 }, other: { from: 500, to: 500 } },
};
// Jobs end by the database's clock, and rest by that after they failed.
const begun = new Date();
const inDays = (days: number): Date => new Date(begun.getTime() + days * 86_400_000);
let now = begun;
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
let operator: string;
let parts: WorkerParts;
let tenant: string;
const provisioner = new FakeProvisioner();

async function begin(): Promise<void> {
  ({ queue, api, parts } = await begunWork({ database, provisioner, settings, now: () => now }));
  token = await api.token("copies@example.com");
  operator = await api.token("operator@example.com", ["operator:jobs", "operator:tenants"]);
}

const json = async <Answer>(answer: Promise<Response>): Promise<Answer> => (await answer).json() as Promise<Answer>;
const offer = (): Promise<CopyOffer> => json(api.send("GET", `/tenants/${tenant}/copy`, { token }));
const ask = (method: string, path = "", body?: object): Promise<Response> =>
  api.send(method, `/tenants/${tenant}/copy${path}`, { token, ...(body && { body }) });
const make = (address: string): Promise<Response> => ask("POST", "", { address });
const lastJob = async (): Promise<JobView> =>
  (await json<{ jobs: JobView[] }>(api.send("GET", `/jobs?limit=1&tenant=${tenant}`, { token }))).jobs[0]!;

/** Id of the copy that was filled first. */
const copied = (): string => provisioner.copies[0]![0];

/** Waits until the copy has no job, and is what it should be; undefined: there is none. */
async function idle(state: CopyView["state"] | undefined): Promise<CopyView | null> {
  for (const deadline = Date.now() + 30_000; ; await delay(50)) {
    const { copy } = await offer();
    if (copy?.state === state && !copy?.job) {
      return copy;
    }
    assert.ok(Date.now() < deadline, `copy is ${JSON.stringify(copy)}`);
  }
}

test("none is made of what is on trial, has no backup yet, or at an address that is somebody's", async () => {
  const trial = await ordered(api, token, "tried", { trial: true });
  await api.settled(token, trial.tenant, "running");
  tenant = trial.tenant;
  assert.match(await refusal(make("tried-staging")), /^409 .*on trial.*"reason":"trial"/);
  // What it is refused for is said beforehand, by the same word.
  assert.deepEqual(await offer(), { copy: null, obstacle: "trial" });
  ({ tenant } = await ordered(api, token, "acme", { sets: ["sales"] }));
  await api.settled(token, tenant, "running");
  assert.match(await refusal(make("acme-staging")), /^409 .*first backup isn't known to be there.*"reason":"noBackup"/);
  assert.deepEqual(await offer(), { copy: null, obstacle: "noBackup" });
  await askForBackups(parts, await withOldFacts(database(), now, 10));
  for (const [address, reason] of [
    ["tried", "taken"],
    ["staging", "reserved"],
    ["Acme", "invalid"],
  ] as const) {
    assert.match(await refusal(make(address)), new RegExp(`^422 .*"field":"address","reason":"${reason}"`));
  }
  assert.match(await refusal(ask("POST", "/renewal")), /^409 .*has no staging copy/);
  const weak = await api.token("copies@example.com", ["tenants:write", "tenants:restore"]);
  const refused = api.send("POST", `/tenants/${tenant}/copy`, { token: weak, body: { address: "acme-staging" } });
  assert.match(await refusal(refused), /^403 /);
  assert.deepEqual(await offer(), { copy: null, obstacle: null });
});

test("one that can't be filled says so and has nothing; asked for again, it is filled and shown", async () => {
  provisioner.restoreFault = { step: "copy", error: new RestoreError("a module can't be neutralised") };
  const made = await json<CopyOffer>(make("acme-staging"));
  assert.equal(made.copy?.state, "making");
  assert.match(await refusal(make("acme-two")), /^409 .*has a staging copy already/);
  const empty = await idle("empty");
  assert.deepEqual([empty!.failure, empty!.url, empty!.copiedAt], ["restore", null, null]);
  assert.equal(await tick(database(), queue!, inDays(1)), 0);
  provisioner.restoreFault = undefined;
  assert.equal((await ask("POST", "/renewal")).status, 200);
  const copy = await idle("running");
  const [id, of, number] = provisioner.copies[0]!;
  assert.deepEqual([of, number, provisioner.switched.at(-1)], [tenant, 1, [id, 1]]);
  assert.deepEqual(copy, {
    ...{ state: "running", address: "acme-staging", url: `http://127.0.0.1/${id}`, job: null, failure: null },
    ...{ copiedAt: now.toISOString(), until: inDays(14).toISOString() },
  });
  // It is beside what it is of, and its place and its address are taken.
  const row = await database().selectFrom("tenant").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const source = await database().selectFrom("tenant").selectAll().where("id", "=", tenant).executeTakeFirstOrThrow();
  assert.deepEqual([row.host, row.plan, row.company], [source.host, source.plan, source.company]);
  assert.deepEqual([row.sets, row.modules], [["sales"], ["crm", "sale_management"]]);
  const capacity = await json<{ hosts: object[] }>(api.send("GET", "/operator/capacity", { token: operator }));
  assert.deepEqual(capacity.hosts[0], { host: "local", slots: 3, taken: 3, room: null });
  assert.match(await refusal(api.send("POST", "/orders", { token, body: { address: "acme-staging" } })), /^422 /);
  assert.deepEqual(
    await json<CopyOffer>(api.send("GET", `/operator/tenants/${tenant}/copy`, { token: operator })),
    await offer(),
  );
});

test("it is no tenant of its own: nothing of one is done to it, or counted of it", async () => {
  const id = copied();
  for (const [method, path, body] of [
    ["GET", ""],
    ["GET", "/backups"],
    ["GET", "/usage?month=2026-12"],
    ["GET", "/copy"],
    ["POST", "/stop"],
    ["POST", "/exports"],
    ["POST", "/copy", { address: "copy-of-copy" }],
    ["POST", "/deletion", { address: "acme-staging" }],
  ] as const) {
    const answer = await api.send(method, `/tenants/${id}${path}`, { token, ...(body && { body }) });
    assert.deepEqual([method, path, answer.status], [method, path, 404]);
  }
  assert.equal((await json<{ tenants: object[] }>(api.send("GET", "/tenants", { token }))).tenants.length, 2);
  const later = inDays(5);
  assert.ok(!(await withOldFacts(database(), later, 10)).includes(id));
  assert.ok(!(await withOldSizes(database(), later, 10)).includes(id));
  await lookAtUsage(database(), now);
  const spans = await database().selectFrom("usage_span").select("tenant_id").execute();
  assert.ok(spans.length > 0 && spans.every(({ tenant_id }) => tenant_id !== id));
  // What was done to it is told of what it is of.
  const job = await lastJob();
  assert.deepEqual([job.kind, job.state, job.tenant], ["copy", "done", tenant]);
  const { entries } = await json<{ entries: AuditView[] }>(api.send("GET", `/audit?tenant=${tenant}`, { token }));
  assert.deepEqual(
    entries.slice(0, 4).map(({ action }) => action),
    ["job.done", "job.started", "renewCopy", "job.queued"],
  );
});

test("its administrator gets a link for his password", async () => {
  const id = copied();
  const answer = await ask("POST", "/password-links");
  const { link, tenant: of } = (await answer.json()) as { link: string; tenant: string };
  assert.equal(of, tenant);
  assert.ok(link.startsWith(`http://127.0.0.1/${id}/`), link);
  await idle("running");
  assert.equal(provisioner.offers.at(-1)?.[0], id);
});

test("it is brought anew; where the switch fails it is gone on with, and nothing is filled twice", async () => {
  now = inDays(2);
  const id = copied();
  provisioner.restoreFault = { step: "switch", error: new Error("no room on the disk") };
  await ask("POST", "/renewal");
  await idle("running");
  assert.deepEqual([(await lastJob()).failure, (await offer()).copy!.failure], ["fault", "fault"]);
  provisioner.restoreFault = undefined;
  assert.equal(await tick(database(), queue!, begun), 0);
  now = inDays(2.1);
  assert.equal(await tick(database(), queue!, now), 1);
  const copy = await idle("running");
  assert.deepEqual([provisioner.copies.length, provisioner.switched.at(-1)], [2, [id, 2]]);
  assert.deepEqual(provisioner.removedData, [[id, 1]]);
  assert.deepEqual([copy!.copiedAt, copy!.until], [inDays(2).toISOString(), inDays(16).toISOString()]);
});

test("it stops and starts with what it is of", async () => {
  const id = copied();
  await api.send("POST", `/tenants/${tenant}/stop`, { token });
  await api.settled(token, tenant, "suspended");
  assert.equal(await tick(database(), queue!, now), 1);
  await idle("suspended");
  assert.deepEqual(provisioner.brought.at(-1), [id, "suspended"]);
  assert.match(await refusal(ask("POST", "/renewal")), /^409 .*suspended; start it first/);
  await api.send("POST", `/tenants/${tenant}/start`, { token, body: {} });
  await api.settled(token, tenant, "running");
  assert.equal(await tick(database(), queue!, now), 1);
  await idle("running");
});

test("it has nothing after the loss of its host, until it is brought anew", async () => {
  const id = copied();
  const { host } = await database().selectFrom("tenant").select("host").where("id", "=", id).executeTakeFirstOrThrow();
  provisioner.lostOnes.add(id);
  const told: [string, boolean | undefined][] = [];
  const signal = new AbortController().signal;
  const recover: NonNullable<Parameters<typeof recoverHost>[0]["recover"]> = async (lost) => {
    for (const one of lost) {
      told.push([one.settings.tenant, one.neverServed]);
      await one.alone!(() => Promise.resolve());
    }
    return { back: [], failed: [] };
  };
  await recoverHost({ database: database(), provisioner, recover }, host!, { signal });
  provisioner.lostOnes.clear();
  assert.deepEqual(
    told.find(([one]) => one === id),
    [id, true],
  );
  assert.equal((await idle("empty"))!.copiedAt, null);
  assert.equal(await tick(database(), queue!, now), 0);
  await ask("POST", "/renewal");
  await idle("running");
  assert.deepEqual(provisioner.switched.at(-1), [id, 1]);
});

test("it goes when its time is over, unless that is put off, and its place and address are free", async () => {
  const id = copied();
  now = inDays(10);
  assert.equal((await json<CopyOffer>(ask("POST", "/extension"))).copy!.until, inDays(24).toISOString());
  const warned: SendableWarning[] = [];
  const look = (days: number): Promise<number> =>
    sendWarnings(database(), inDays(days), (warning) => {
      warned.push(warning);
      return Promise.resolve();
    });
  // A week and a day before, once each.
  assert.deepEqual([await look(16), await look(17), await look(18), await look(23), await look(24)], [0, 1, 0, 1, 0]);
  assert.deepEqual(
    warned.map(({ email, what, endsAt }) => [email, what, endsAt]),
    [1, 2].map(() => ["copies@example.com", "copy", inDays(24)]),
  );
  await tick(database(), queue!, inDays(23.9));
  assert.equal((await offer()).copy!.job, null);
  now = inDays(24);
  await tick(database(), queue!, now);
  await idle(undefined);
  assert.deepEqual(provisioner.removedCopies, [[id, 1, 2]]);
  assert.deepEqual([(await lastJob()).kind, (await lastJob()).state], ["removeCopy", "done"]);
  assert.deepEqual(await offer(), { copy: null, obstacle: null });
  assert.equal(await tick(database(), queue!, inDays(30)), 0);
});

test("it is removed by its customer's word; while its host is full there is none", async () => {
  await make("acme-staging");
  await idle("running");
  assert.equal((await json<CopyOffer>(ask("DELETE"))).copy!.state, "removing");
  assert.match(await refusal(ask("POST", "/extension")), /^409 .*being removed|^409 .*no staging copy/);
  await idle(undefined);
  const { tenant: third } = await ordered(api, token, "third");
  await api.settled(token, third, "running");
  assert.deepEqual(await offer(), { copy: null, obstacle: "noPlace" });
  assert.match(await refusal(make("acme-staging")), /^409 .*no place for a copy/);
  await api.send("POST", `/tenants/${third}/deletion`, { token, body: { address: "third" } });
  await api.settled(token, third, "suspended");
  now = inDays(60);
  await tick(database(), queue!, now);
  for (const deadline = Date.now() + 30_000; (await offer()).obstacle === "noPlace"; await delay(50)) {
    assert.ok(Date.now() < deadline);
  }
});

test("it goes with what it is of, and before that", async () => {
  await make("acme-staging");
  await idle("running");
  const [id] = provisioner.copies.at(-1)!;
  await api.send("POST", `/tenants/${tenant}/deletion`, { token, body: { address: "acme" } });
  await api.settled(token, tenant, "suspended");
  now = inDays(120);
  // Its tenant's deletion waits, however late it is.
  await tick(database(), queue!, now);
  await idle(undefined);
  assert.equal(provisioner.removedCopies.at(-1)?.[0], id);
  assert.ok(!provisioner.decommissioned.some(([one]) => one === tenant));
  await tick(database(), queue!, now);
  for (
    const deadline = Date.now() + 30_000;
    !provisioner.decommissioned.some(([one]) => one === tenant);
    await delay(50)
  ) {
    assert.ok(Date.now() < deadline);
  }
});
