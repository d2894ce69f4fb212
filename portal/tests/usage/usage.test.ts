/** What tenants use, by the API and a worker on a real queue, with a clock of the tests' own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { TenantQueue } from "../../src/jobs/queue.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { tick } from "../../src/lifecycle/queueDue.ts";
import { withOldSizes } from "../../src/usage/sizes.ts";
import { lookAtUsage, noteUsage } from "../../src/usage/spans.ts";
import type { UsageView } from "../../src/usage/usage.ts";
import type { WakeChange } from "odoo-fleet";
import { recoverHost } from "../../src/worker/recovery.ts";
import type { WorkerParts } from "../../src/worker/runJob.ts";
import { askForSizes } from "../../src/worker/usageWork.ts";
import { lookAtWakes } from "../../src/worker/wakeWork.ts";
import type { TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { begunWork } from "../support/worked.ts";

const database = portalDatabase({ begin, end: async () => queue?.close() });
const settings = {
  plans: {
    basic: { price: 2900, currency: "EUR", keepDays: 0, trialDays: 14 },
    pro: { price: 7900, asleepPrice: 700, currency: "EUR", keepDays: 0 },
  },
};
// A Monday.
const begun = new Date("2026-11-16T00:00:00Z");
const hour = 3600;
const inHours = (hours: number): Date => new Date(begun.getTime() + hours * hour * 1000);
let now = begun;
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
let operator: string;
let parts: WorkerParts;
const provisioner = new FakeProvisioner();

async function begin(): Promise<void> {
  ({ queue, api, parts } = await begunWork({ database, provisioner, settings, now: () => now }));
  token = await api.token("usage@example.com");
  operator = await api.token("operator@example.com", ["operator:tenants"]);
}

const json = async <Answer>(answer: Promise<Response>): Promise<Answer> => (await answer).json() as Promise<Answer>;
const usage = (tenant: string, month = "2026-11") =>
  json<UsageView>(api.send("GET", `/tenants/${tenant}/usage?month=${month}`, { token }));

const settled = (tenant: string, state: TenantView["state"]): Promise<TenantView> => api.settled(token, tenant, state);

async function made(address: string): Promise<string> {
  const { tenant } = await ordered(api, token, address);
  await settled(tenant, "running");
  return tenant;
}

/** Asks for something as so many hours have passed, and waits for what comes of it. */
async function at(
  hours: number,
  tenant: string,
  [method, path, body]: readonly [string, string, object?],
  state: TenantView["state"],
): Promise<void> {
  now = inHours(hours);
  const answer = await api.send(method, path, { token: path.startsWith("/operator") ? operator : token, body });
  assert.equal(answer.status, 200, await answer.clone().text());
  await settled(tenant, state);
}

/** What the worker does by itself as so many hours have passed. */
async function passed(hours: number, tenant: string, state: TenantView["state"]): Promise<void> {
  now = inHours(hours);
  await tick(database(), queue!, now);
  await settled(tenant, state);
  await lookAtUsage(database(), now);
}

const shown = ({ counted, awakeSeconds, savedSeconds, plans }: UsageView): object => ({
  counted: counted && [counted.from, counted.to],
  awake: awakeSeconds / hour,
  saved: savedSeconds / hour,
  plans: Object.fromEntries(
    plans.map(({ plan, seconds, awakeSeconds: awake }) => [plan, [seconds / hour, awake / hour]]),
  ),
});

test("a day with hours, a stop, another plan and a suspension is counted to the second, by what each transaction notes", async () => {
  now = begun;
  const tenant = await made("acme");
  await at(2, tenant, ["POST", `/tenants/${tenant}/stop`], "suspended");
  await at(3, tenant, ["POST", `/tenants/${tenant}/start`, {}], "running");
  // Monday at 04:00 its hours haven't begun.
  const schedule = { activeHours: ["Mon-Fri 08:00-20:00 UTC"], holidays: [] };
  await at(4, tenant, ["PUT", `/tenants/${tenant}/schedule`, schedule], "suspended");
  // What is changed of one that sleeps is counted too.
  await at(6, tenant, ["PUT", `/tenants/${tenant}/plan`, { plan: "pro", isDowntimeAccepted: true }], "suspended");
  await passed(8, tenant, "running");
  await at(10, tenant, ["PUT", `/operator/tenants/${tenant}/suspension`, { isSuspended: true }], "suspended");
  await at(11, tenant, ["PUT", `/operator/tenants/${tenant}/suspension`, { isSuspended: false }], "running");
  await passed(20, tenant, "suspended");
  now = inHours(22);
  assert.deepEqual(shown(await usage(tenant)), {
    counted: [begun.toISOString(), inHours(22).toISOString()],
    // 0 to 2, 3 to 4, 8 to 10, 11 to 20
    awake: 14,
    // 4 to 8, and 20 to 22
    saved: 6,
    plans: { basic: [6, 3], pro: [16, 11] },
  });
  // Its end comes while it sleeps by its hours, and no job with it: it isn't its hours that save from then on.
  await at(22.5, tenant, ["PUT", `/tenants/${tenant}/end`, { expiresAt: inHours(23).toISOString() }], "suspended");
  now = inHours(23);
  assert.equal(await lookAtUsage(database(), now), 1);
  assert.equal(await lookAtUsage(database(), now), 0);
  now = inHours(24);
  const { savedSeconds, savedAmounts } = await usage(tenant);
  assert.equal(savedSeconds, 7 * hour);
  // 6 to 8, and 20 to 23, on the plan that costs less then.
  assert.deepEqual(savedAmounts, [{ currency: "EUR", amount: Math.round((7200 * 5) / 720) }]);
});

test("a visit that wakes a tenant is time awake: from when its host started it to when it stopped it, and what it stores is asked meanwhile", async () => {
  now = begun;
  const tenant = await made("sleeper");
  const told: WakeChange[] = [];
  const asked: [string, string[]][] = [];
  const look = () =>
    lookAtWakes(database(), (host, awake) => {
      asked.push([host, [...awake]]);
      return Promise.resolve(told.splice(0));
    });
  const tell = (hours: number, isAwake: boolean, of = tenant) => told.push({ tenant: of, isAwake, at: inHours(hours) });
  // It runs: nobody is asked.
  await at(0, tenant, ["PUT", `/tenants/${tenant}/wake`, { wakeOnRequest: true, sleepAfter: 60 }], "running");
  assert.equal(await look(), 0);
  assert.equal(asked.length, 0);
  await at(2, tenant, ["POST", `/tenants/${tenant}/stop`], "suspended");
  tell(5, true);
  tell(5, true, "another");
  now = inHours(5.5);
  assert.equal(await look(), 1);
  const awake = await api.settled(token, tenant, "suspended");
  assert.equal(awake.wokenAt, inHours(5).toISOString());
  // The looks of each minute change nothing of it.
  assert.equal(await noteUsage(database(), tenant, now), false);
  assert.ok((await withOldSizes(database(), now, 100)).includes(tenant));
  tell(8, false);
  now = inHours(8.2);
  assert.equal(await look(), 1);
  assert.equal((await api.settled(token, tenant, "suspended")).wokenAt, null);
  assert.ok(!(await withOldSizes(database(), now, 100)).includes(tenant));
  now = inHours(10);
  assert.deepEqual([(await usage(tenant)).awakeSeconds, (await usage(tenant)).savedSeconds], [5 * hour, 0]);
  assert.deepEqual(
    asked.map(([, known]) => known.includes(tenant)),
    [false, true],
  );
  // Started for good while it was awake, it is awake without a gap.
  tell(10, true);
  await look();
  await at(11, tenant, ["POST", `/tenants/${tenant}/start`, {}], "running");
  assert.equal((await api.settled(token, tenant, "running")).wokenAt, null);
  now = inHours(12);
  assert.equal((await usage(tenant)).awakeSeconds, 7 * hour);
  assert.equal(await lookAtWakes(database(), () => Promise.reject(new Error("no engine"))), 0);
});

test("an open month goes on in the next one, and a month before the first and one to come have nothing", async () => {
  now = inHours(0);
  const tenant = await made("months");
  now = new Date("2026-12-02T12:00:00Z");
  assert.deepEqual(shown(await usage(tenant)), {
    counted: [begun.toISOString(), "2026-12-01T00:00:00.000Z"],
    ...{ awake: 15 * 24, saved: 0, plans: { basic: [15 * 24, 15 * 24] } },
  });
  assert.deepEqual(shown(await usage(tenant, "2026-12")), {
    counted: ["2026-12-01T00:00:00.000Z", now.toISOString()],
    ...{ awake: 36, saved: 0, plans: { basic: [36, 36] } },
  });
  // Without a month it is the current one.
  const current = await json<UsageView>(api.send("GET", `/tenants/${tenant}/usage`, { token }));
  assert.equal(current.month, "2026-12");
  for (const month of ["2026-10", "2027-01"]) {
    assert.deepEqual(shown(await usage(tenant, month)), { counted: null, awake: 0, saved: 0, plans: {} });
    assert.deepEqual(await json(api.send("GET", `/usage?month=${month}`, { token })), { usage: [], next: null });
  }
  for (const month of ["2026-13", "2026-1", "november", ""]) {
    assert.equal((await api.send("GET", `/tenants/${tenant}/usage?month=${month}`, { token })).status, 400);
  }
});

test("sizes are the last and the highest of a month, asked for each hour of those that run, and stay those of when it ran", async () => {
  now = inHours(0);
  const tenant = await made("sized");
  const isAsked = async (): Promise<boolean> => (await withOldSizes(database(), now, 100)).includes(tenant);
  const ask = (): Promise<number> => askForSizes(parts, [tenant]);
  assert.equal((await usage(tenant)).stored, null);
  assert.ok(await isAsked());
  provisioner.sizes = { databaseBytes: 9_000_000_000, filesBytes: 100, memoryBytes: 3_000_000_000 };
  assert.equal(await ask(), 1);
  assert.ok(!(await isAsked()));
  now = inHours(1.1);
  assert.ok(await isAsked());
  provisioner.sizes = undefined;
  assert.equal(await ask(), 0);
  provisioner.sizes = { databaseBytes: 10_000, filesBytes: 200, memoryBytes: 500 };
  await ask();
  assert.deepEqual((await usage(tenant)).stored, {
    ...{ databaseBytes: 10_000, databaseHighestBytes: 9_000_000_000, filesBytes: 200, filesHighestBytes: 200 },
    ...{ memoryBytes: 500, memoryHighestBytes: 3_000_000_000 },
    readAt: inHours(1.1).toISOString(),
  });
  await at(2, tenant, ["POST", `/tenants/${tenant}/stop`], "suspended");
  now = new Date("2027-01-05T00:00:00Z");
  assert.ok(!(await isAsked()));
  assert.deepEqual((await usage(tenant, "2026-12")).stored, {
    ...{ databaseBytes: 10_000, databaseHighestBytes: 10_000, filesBytes: 200, filesHighestBytes: 200 },
    ...{ memoryBytes: 500, memoryHighestBytes: 500 },
    readAt: inHours(1.1).toISOString(),
  });
  assert.equal((await usage(tenant, "2026-10")).stored, null);
});

test("one that is deleted is counted up to that and stays readable, and one that is brought back goes on", async () => {
  now = inHours(0);
  const tenant = await made("leaving");
  await at(1, tenant, ["POST", `/tenants/${tenant}/deletion`, { address: "leaving" }], "suspended");
  now = inHours(1 + 30 * 24);
  await tick(database(), queue!, now);
  for (const deadline = Date.now() + 30_000; (await api.send("GET", `/tenants/${tenant}`, { token })).status !== 404;) {
    assert.ok(Date.now() < deadline);
    await delay(50);
  }
  const deleted = now.toISOString();
  now = inHours(40 * 24);
  assert.deepEqual(shown(await usage(tenant, "2026-12")), {
    counted: ["2026-12-01T00:00:00.000Z", deleted],
    ...{ awake: 0, saved: 0, plans: { basic: [15 * 24 + 1, 0] } },
  });
  assert.equal(await lookAtUsage(database(), now), 0);

  const lost = await made("lost");
  provisioner.lostOnes.add(lost);
  await database().updateTable("tenant").set({ delete_at: new Date() }).where("id", "=", lost).execute();
  await recoverHost(
    {
      ...{ database: database(), provisioner },
      recover: async (tenants) => {
        for (const one of tenants.filter(({ settings: { tenant: name } }) => name === lost)) {
          await one.alone!(() => Promise.resolve());
        }
        return { back: [], failed: [] };
      },
    },
    "local",
    { signal: new AbortController().signal },
  );
  const states = await database()
    .selectFrom("usage_span")
    .select(["state", "reason"])
    .where("tenant_id", "=", lost)
    .orderBy("id")
    .execute();
  assert.deepEqual(states, [
    { state: "running", reason: null },
    { state: "suspended", reason: "deleting" },
  ]);
});

test("what fails leaves nothing counted, and many that see the same change begin one span", async () => {
  now = inHours(0);
  const tenant = await made("contended");
  const spans = () => database().selectFrom("usage_span").selectAll().where("tenant_id", "=", tenant).execute();
  now = inHours(5);
  await assert.rejects(
    database()
      .transaction()
      .execute(async (transaction) => {
        await transaction.updateTable("tenant").set({ plan: "pro" }).where("id", "=", tenant).execute();
        assert.ok(await noteUsage(transaction, tenant, now));
        throw new Error("rolled back");
      }),
  );
  assert.equal((await spans()).length, 1);
  await database().updateTable("tenant").set({ plan: "pro" }).where("id", "=", tenant).execute();
  const noted = await Promise.all(
    Array.from({ length: 20 }, () =>
      database()
        .transaction()
        .execute((transaction) => noteUsage(transaction, tenant, now)),
    ),
  );
  assert.equal(noted.filter(Boolean).length, 1);
  assert.equal((await spans()).length, 2);
  await assert.rejects(
    database()
      .insertInto("usage_span")
      .values({ tenant_id: tenant, plan: "pro", state: "running", from_at: now })
      .execute(),
    /usage_span_open/,
  );
  // A clock that is put back begins no span before the last one.
  await database().updateTable("tenant").set({ plan: "basic" }).where("id", "=", tenant).execute();
  await database()
    .transaction()
    .execute((transaction) => noteUsage(transaction, tenant, inHours(2)));
  now = inHours(6);
  assert.deepEqual((await usage(tenant)).plans, [
    { plan: "basic", seconds: 6 * hour, awakeSeconds: 6 * hour, savedSeconds: 0, memoryMiB: null },
  ]);
});

test("a customer's list has each tenant that was there in the month, page by page, and nobody else's", async () => {
  now = inHours(200);
  const all: string[] = [];
  let cursor = "";
  do {
    const page: { usage: UsageView[]; next: string | null } = await json(
      api.send("GET", `/usage?month=2026-11&limit=2${cursor}`, { token }),
    );
    assert.ok(page.usage.length <= 2);
    all.push(...page.usage.map(({ address }) => address));
    cursor = page.next === null ? "" : `&cursor=${page.next}`;
  } while (cursor !== "");
  assert.deepEqual([...all].sort(), ["acme", "contended", "leaving", "months", "sized", "sleeper"]);
  const other = await api.token("other@example.com");
  assert.deepEqual(await json(api.send("GET", "/usage?month=2026-11", { token: other })), { usage: [], next: null });
  const weak = await api.token("usage@example.com", ["orders:read"]);
  assert.equal((await api.send("GET", "/usage", { token: weak })).status, 403);
});

test("tenants that were there before anything was counted are counted from the next look on", async () => {
  now = inHours(0);
  const tenant = await made("former");
  await database().deleteFrom("usage_span").where("tenant_id", "=", tenant).execute();
  now = inHours(3);
  assert.ok((await lookAtUsage(database(), now)) > 0);
  now = inHours(5);
  assert.deepEqual((await usage(tenant)).counted, { from: inHours(3).toISOString(), to: inHours(5).toISOString() });
  assert.equal((await usage(tenant)).awakeSeconds, 2 * hour);
});

test("a trial, and what follows one that wasn't continued, is marked in the transaction that makes it so", async () => {
  now = inHours(0);
  const { tenant } = await ordered(api, await api.token("trial@example.com"), "tried", { trial: true });
  const isTrial = async (): Promise<boolean[]> =>
    (
      await database()
        .selectFrom("usage_span")
        .select("is_trial")
        .where("tenant_id", "=", tenant)
        .orderBy("id")
        .execute()
    ).map(({ is_trial }) => is_trial);
  for (const deadline = Date.now() + 30_000; (await isTrial()).length === 0; await delay(50)) {
    assert.ok(Date.now() < deadline);
  }
  assert.deepEqual(await isTrial(), [true]);
  now = inHours(5);
  const stays = await api.send("PUT", `/operator/tenants/${tenant}/trial`, {
    token: operator,
    body: { trialUntil: null },
  });
  assert.equal(stays.status, 200);
  assert.deepEqual(await isTrial(), [true, false]);
});
