/** Stopping, starting and ends of tenants, by the API and a worker on a real queue, with a clock of the tests' own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { JobView } from "../../src/jobs/jobs.ts";
import type { JobQueue, TenantQueue } from "../../src/jobs/queue.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { tick } from "../../src/lifecycle/queueDue.ts";
import { sendWarnings, type SendableWarning } from "../../src/lifecycle/warnings.ts";
import { lookAtUsage } from "../../src/usage/spans.ts";
import type { WorkerParts } from "../../src/worker/runJob.ts";
import type { TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { confirm, ordered, placed } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";
import { begunWork } from "../support/worked.ts";

const database = portalDatabase({ begin, end: async () => queue?.close() });
let queue: TenantQueue | undefined;
let api: TestApi;
let parts: WorkerParts;
let token: string;
let operator: string;
/** Tuesday, in active hours. */
let now = new Date("2026-11-17T10:00:00Z");
const provisioner = new FakeProvisioner();

async function begin(): Promise<void> {
  ({ queue, api, parts } = await begunWork({ database, provisioner, now: () => now, atOnce: 4 }));
  token = await api.token("lifecycle@example.com");
  operator = await api.token("operator@example.com", ["operator:tenants"]);
}

const read = async (tenant: string): Promise<TenantView> =>
  (await (await api.send("GET", `/tenants/${tenant}`, { token })).json()) as TenantView;

/** Waits until a tenant has no job any more, and is what it should be. */
const settled = (tenant: string, state: TenantView["state"], seconds?: number): Promise<TenantView> =>
  api.settled(token, tenant, state, seconds);

async function made(address: string, changes: object = {}): Promise<string> {
  const { tenant } = await ordered(api, token, address, changes);
  await settled(tenant, "running");
  return tenant;
}

async function change(method: string, path: string, body?: unknown, as = token): Promise<TenantView> {
  const answer = await api.send(method, path, { token: as, body });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text) as TenantView;
}

const broughtOf = (tenant: string): string[] =>
  provisioner.brought.filter(([id]) => id === tenant).map(([, state]) => state);

test("a customer stops his tenant and starts it again; each is a job with its phases, which isn't cancelled", async () => {
  const tenant = await made("stopped");
  const stopping = await change("POST", `/tenants/${tenant}/stop`);
  assert.deepEqual([stopping.state, stopping.lifecycle.reason], ["suspending", "stopped"]);
  assert.equal((await api.send("DELETE", `/jobs/${stopping.job}`, { token })).status, 409);
  await settled(tenant, "suspended");
  const job = (await (await api.send("GET", `/jobs/${stopping.job}`, { token })).json()) as JobView;
  assert.deepEqual(
    [job.kind, job.state, job.phases.map(({ phase }) => phase)],
    ["suspend", "done", ["preparing", "suspended"]],
  );
  // Again, it changes nothing.
  assert.equal((await change("POST", `/tenants/${tenant}/stop`)).job, null);
  await change("POST", `/tenants/${tenant}/start`, {});
  await settled(tenant, "running");
  assert.deepEqual(broughtOf(tenant), ["suspended", "running"]);
});

test("a visit wakes a stopped tenant as its customer wants it, and none that an operator keeps from running", async () => {
  const tenant = await made("sleeper");
  const wakesOf = () => provisioner.wakes.filter(([id]) => id === tenant).map(([, minutes]) => minutes);
  const kinds = async () => {
    const { jobs } = (await (await api.send("GET", `/jobs?tenant=${tenant}`, { token })).json()) as { jobs: JobView[] };
    return jobs.map(({ kind }) => kind);
  };
  const wake = (body: object) => change("PUT", `/tenants/${tenant}/wake`, body);
  // It runs: there is nothing to do.
  const wished = await wake({ wakeOnRequest: true });
  assert.deepEqual([wished.job, wished.lifecycle.wakeOnRequest, wished.lifecycle.sleepAfter], [null, true, 30]);
  await change("POST", `/tenants/${tenant}/stop`);
  await settled(tenant, "suspended");
  // While it sleeps, it stays what it is.
  const longer = await wake({ wakeOnRequest: true, sleepAfter: 90 });
  assert.equal(longer.state, "suspended");
  await settled(tenant, "suspended");
  assert.equal((await wake({ wakeOnRequest: true, sleepAfter: 90 })).job, null);
  await change("PUT", `/operator/tenants/${tenant}/suspension`, { isSuspended: true }, operator);
  await settled(tenant, "suspended");
  await change("PUT", `/operator/tenants/${tenant}/suspension`, { isSuspended: false }, operator);
  await settled(tenant, "suspended");
  await wake({ wakeOnRequest: false });
  await settled(tenant, "suspended");
  assert.deepEqual(wakesOf(), [30, 90, undefined, 90, undefined]);
  assert.deepEqual(await kinds(), ["wake", "wake", "wake", "wake", "suspend", "create"]);
  await change("POST", `/tenants/${tenant}/start`, {});
  await settled(tenant, "running");
  for (const sleepAfter of [14, 1441, 30.5]) {
    const refused = await api.send("PUT", `/tenants/${tenant}/wake`, {
      token,
      body: { wakeOnRequest: true, sleepAfter },
    });
    assert.equal(refused.status, 422, String(sleepAfter));
  }
});

test("who starts a tenant while it is still being stopped has it running in the end, without another word", async () => {
  const tenant = await made("hasty");
  provisioner.takes = 1500;
  await change("POST", `/tenants/${tenant}/stop`);
  const { job, lifecycle } = await change("POST", `/tenants/${tenant}/start`, {});
  assert.ok(job);
  assert.equal(lifecycle.desired, "running");
  await settled(tenant, "running");
  provisioner.takes = 50;
  assert.deepEqual(broughtOf(tenant), ["suspended", "running"]);
});

test("active hours are kept by looks each 30 s; a start outside of them lasts a while; a mistake is refused by its field", async () => {
  const tenant = await made("hours");
  const body = { activeHours: ["Mon-Fri 08:00-20:00 Africa/Casablanca"], holidays: ["2026-11-18"] };
  const view = await change("PUT", `/tenants/${tenant}/schedule`, body);
  assert.deepEqual([view.state, view.lifecycle.changesAt], ["running", "2026-11-17T20:00:00.000Z"]);
  assert.equal(await tick(database(), queue!, now), 0);
  now = new Date("2026-11-17T20:00:10Z");
  assert.equal(await tick(database(), queue!, now), 1);
  await settled(tenant, "suspended");
  assert.equal(await tick(database(), queue!, now), 0);
  const woken = await change("POST", `/tenants/${tenant}/start`, { awakeHours: 2 });
  assert.deepEqual([woken.lifecycle.reason, woken.lifecycle.changesAt], ["awake", "2026-11-17T22:00:10.000Z"]);
  await settled(tenant, "running");
  now = new Date("2026-11-17T22:00:30Z");
  assert.equal(await tick(database(), queue!, now), 1);
  await settled(tenant, "suspended");

  const bad = { activeHours: ["Mon-Fri 08:00-20:00 Europe/Pari"], holidays: [] };
  const refused = await api.send("PUT", `/tenants/${tenant}/schedule`, { token, body: bad });
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /"field":"activeHours\[0\]".*Europe\/Paris/);
  await change("PUT", `/tenants/${tenant}/schedule`, { activeHours: [], holidays: [] });
  await settled(tenant, "running");
  now = new Date("2026-11-17T10:00:00Z");
});

test("a schedule for real, by the machine's own clock: within 60 s of its moment the tenant is stopped", async () => {
  const tenant = await made("real");
  // Hours that end with the minute after next: none is over before it was set.
  const end = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + (Date.now() % 60_000 > 50_000 ? 60_000 : 0));
  const until = end.toISOString().slice(11, 16);
  const before = new Date(end.getTime() - 12 * 3_600_000).toISOString().slice(11, 16);
  now = new Date();
  const days = "Mon-Sun";
  await change("PUT", `/tenants/${tenant}/schedule`, { activeHours: [`${days} ${before}-${until} UTC`], holidays: [] });
  assert.equal((await read(tenant)).state, "running");
  const ticking = setInterval(() => {
    now = new Date();
    void tick(database(), queue!, now);
  }, 1000);
  try {
    await settled(tenant, "suspended", 130);
  } finally {
    clearInterval(ticking);
  }
  const late = Date.now() - end.getTime();
  assert.ok(late >= 0 && late < 60_000, `${late} ms after its moment`);
  now = new Date("2026-11-17T10:00:00Z");
});

test("a trial begins when it can be tried; its end stops the tenant; an operator gives more time, and the customer can't", async () => {
  const tenant = await made("trial", { trial: true });
  assert.equal((await read(tenant)).lifecycle.trialUntil, "2026-12-01T10:00:00.000Z");
  now = new Date("2026-12-01T10:00:20Z");
  await tick(database(), queue!, now);
  await settled(tenant, "suspended");
  const start = await api.send("POST", `/tenants/${tenant}/start`, { token, body: {} });
  assert.equal(start.status, 409);
  assert.match(await start.text(), /trial is over/);
  const path = `/operator/tenants/${tenant}/trial`;
  assert.equal((await api.send("PUT", path, { token, body: { trialUntil: null } })).status, 403);
  await change("PUT", path, { trialUntil: null }, operator);
  await settled(tenant, "running");
  now = new Date("2026-11-17T10:00:00Z");
});

test("a trial is as long as it was ordered, also where its plan has none any more, or isn't sold, when it is ready", async () => {
  for (const plan of ["basic", "pro"]) {
    // One trial a mailbox.
    const own = await api.token(`${plan}@example.com`);
    const order = await placed(api, own, `trial-of-${plan}`, { trial: true });
    const { settings } = parts;
    Object.assign(parts, { settings: testSettings({ plans: { [plan]: { price: 2900, currency: "EUR" } } }) });
    await confirm(api, own, order);
    const { lifecycle } = await api.settled(own, order.tenant, "running");
    assert.equal(lifecycle.trialUntil, "2026-12-01T10:00:00.000Z");
    Object.assign(parts, { settings });
  }
});

test("what an operator suspends its customer can't start, stop and start again", async () => {
  const tenant = await made("held-back");
  await change("PUT", `/operator/tenants/${tenant}/suspension`, { isSuspended: true }, operator);
  await settled(tenant, "suspended");
  assert.equal((await api.send("POST", `/tenants/${tenant}/start`, { token, body: {} })).status, 409);
  assert.equal((await change("POST", `/tenants/${tenant}/stop`)).lifecycle.reason, "operator");
  await change("PUT", `/operator/tenants/${tenant}/suspension`, { isSuspended: false }, operator);
  assert.equal((await read(tenant)).lifecycle.reason, "stopped");
  await change("POST", `/tenants/${tenant}/start`, {});
  await settled(tenant, "running");
});

test("a tenant whose hours can't be told, or whose job can't be queued, keeps no other one from what it is meant to be", async () => {
  const tenants = await Promise.all(["unknown-zone", "unqueued", "fine"].map((address) => made(address)));
  const [unknown, unqueued, fine] = tenants as [string, string, string];
  await database()
    .updateTable("tenant")
    .set({ active_hours: ["Mon-Fri 08:00-20:00 Nowhere/City", "Sun 03:00-04:00 Europe/Paris"] })
    .where("id", "=", unknown)
    .execute();
  await database().updateTable("tenant").set({ stopped_at: now }).where("id", "in", [unqueued, fine]).execute();
  const refusing: JobQueue = {
    enqueue: (transaction, job, tenant, isLong) =>
      tenant === unqueued
        ? Promise.reject(new Error("it has a job in the queue"))
        : queue!.enqueue(transaction, job, tenant, isLong),
    withdraw: () => Promise.resolve(),
  };
  assert.equal(await tick(database(), refusing, now), 1);
  await settled(fine, "suspended");
  assert.equal((await read(unknown)).lifecycle.desired, "running");
  await lookAtUsage(database(), now);
  assert.equal((await api.send("GET", "/operator/tenants", { token: operator })).status, 200);
  await database().updateTable("tenant").set({ stopped_at: null }).where("id", "=", unqueued).execute();
  await database().updateTable("tenant").set({ active_hours: [] }).where("id", "=", unknown).execute();
});

test("a stop that fails is tried again by itself, ten minutes later", async () => {
  const tenant = await made("faulty");
  provisioner.fault = new Error("engine on host-7 is away");
  const { job } = await change("POST", `/tenants/${tenant}/stop`);
  for (const deadline = Date.now() + 20_000; (await read(tenant)).job !== null; await delay(50)) {
    assert.ok(Date.now() < deadline);
  }
  provisioner.fault = undefined;
  assert.equal(((await (await api.send("GET", `/jobs/${job}`, { token })).json()) as JobView).state, "failed");
  assert.equal((await read(tenant)).state, "running");
  // Its end is by the database's clock.
  now = new Date(Date.now() + 9 * 60_000);
  await tick(database(), queue!, now);
  assert.equal((await read(tenant)).job, null);
  now = new Date(Date.now() + 11 * 60_000);
  await tick(database(), queue!, now);
  await settled(tenant, "suspended");
  now = new Date("2026-11-17T10:00:00Z");
});

test("customers are warned a week and a day before an end, once each; a mail that can't be sent is tried again", async () => {
  const tenant = await made("warned");
  await change("PUT", `/tenants/${tenant}/end`, { expiresAt: "2027-03-20T12:00:00Z" });
  const sent: SendableWarning[] = [];
  let fault: Error | undefined;
  const look = (at: string) =>
    sendWarnings(database(), new Date(at), (warning) => {
      if (fault) {
        return Promise.reject(fault);
      }
      sent.push(warning);
      return Promise.resolve();
    });
  assert.equal(await look("2027-03-13T11:00:00Z"), 0);
  fault = new Error("connect ECONNREFUSED");
  assert.equal(await look("2027-03-13T12:01:00Z"), 0);
  fault = undefined;
  assert.equal(await look("2027-03-13T12:02:00Z"), 1);
  assert.equal(await look("2027-03-13T12:03:00Z"), 0);
  assert.equal(await look("2027-03-19T12:00:00Z"), 1);
  assert.equal(await look("2027-03-20T11:59:00Z"), 0);
  assert.equal(await look("2027-03-20T12:00:00Z"), 0);
  assert.deepEqual(
    sent.map(({ email, address, what }) => [email, address, what]),
    [
      ["lifecycle@example.com", "warned", "time"],
      ["lifecycle@example.com", "warned", "time"],
    ],
  );
  // Who sets another end is warned of that.
  await change("PUT", `/tenants/${tenant}/end`, { expiresAt: "2027-04-20T12:00:00Z" });
  assert.equal(await look("2027-04-19T13:00:00Z"), 1);
});

test("the next starts and stops are told, also those of another schedule, which is judged by its parts", async () => {
  now = new Date("2026-11-17T10:00:00Z");
  const tenant = await made("foretold");
  const changes = async (query = "") => {
    const answer = await api.send("GET", `/tenants/${tenant}/changes${query}`, { token });
    return [answer.status, await answer.json()] as const;
  };
  assert.deepEqual(await changes(), [200, { changes: [] }]);
  await change("PUT", `/tenants/${tenant}/end`, { expiresAt: "2026-11-19T12:00:00Z" });
  const proposed = new URLSearchParams({
    activeHours: "Mon-Fri 08:00-12:00 Europe/Paris; Tue 22:00-01:00 UTC",
    holidays: "2026-11-18",
  });
  assert.deepEqual(await changes(`?${proposed.toString()}`), [
    200,
    {
      changes: [
        { at: "2026-11-17T11:00:00.000Z", state: "suspended", reason: "inactiveHours" },
        { at: "2026-11-17T22:00:00.000Z", state: "running", reason: "activeHours" },
        { at: "2026-11-18T01:00:00.000Z", state: "suspended", reason: "inactiveHours" },
        { at: "2026-11-19T07:00:00.000Z", state: "running", reason: "activeHours" },
        { at: "2026-11-19T11:00:00.000Z", state: "suspended", reason: "inactiveHours" },
      ],
    },
  ]);
  // Asking changed nothing.
  assert.deepEqual(await changes(), [
    200,
    { changes: [{ at: "2026-11-19T12:00:00.000Z", state: "suspended", reason: "expired" }] },
  ]);
  const faults = async (activeHours: string, holidays = "") => {
    const [status, problem] = await changes(`?${new URLSearchParams({ activeHours, holidays }).toString()}`);
    assert.equal(status, 422);
    return (problem as { errors: { field: string; reason: string }[] }).errors.map((one) => [one.field, one.reason]);
  };
  assert.deepEqual(await faults("Mon 08:00-20:00 Europe/Pari;Mon 08:00-20:00 UTC;Mon 08:00-08:00 UTC"), [
    ["activeHours[0]", "zone"],
    ["activeHours[2]", "emptyInterval"],
  ]);
  // What can't be read hides what can't be meant.
  assert.deepEqual(await faults("whenever", "2026-13-40"), [
    ["activeHours[0]", "malformed"],
    ["holidays[0]", "invalid"],
  ]);
  const { jobs } = (await (await api.send("GET", `/jobs?tenant=${tenant}`, { token })).json()) as { jobs: JobView[] };
  assert.deepEqual(
    jobs.map((job) => [job.tenant, job.kind]),
    [[tenant, "create"]],
  );
});
