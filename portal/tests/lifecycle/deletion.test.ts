/** How tenants end, by the API and a worker on a real queue, with a clock of the tests' own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { JobView } from "../../src/jobs/jobs.ts";
import type { TenantQueue } from "../../src/jobs/queue.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { sendDeletions, type SendableDeletion } from "../../src/lifecycle/deletionMails.ts";
import { tick } from "../../src/lifecycle/queueDue.ts";
import { sendWarnings } from "../../src/lifecycle/warnings.ts";
import type { TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { begunWork } from "../support/worked.ts";

const database = portalDatabase({ begin, end: async () => queue?.close() });
const asked = new Date("2026-11-17T10:00:00Z");
const inDays = (days: number): Date => new Date(asked.getTime() + days * 86_400_000);
const settings = {
  plans: {
    basic: { price: 2900, currency: "EUR", keepDays: 10 },
    pro: { price: 7900, currency: "EUR", keepDays: 0 },
  },
  // One place: who comes next needs it to be free again.
  slots: { local: { from: 500, to: 500 } },
};
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
let operator: string;
let now = asked;
const provisioner = new FakeProvisioner();

async function begin(): Promise<void> {
  ({ queue, api } = await begunWork({ database, provisioner, settings, now: () => now }));
  token = await api.token("ends@example.com");
  operator = await api.token("operator@example.com", ["operator:tenants", "operator:jobs"]);
}

const read = async (tenant: string): Promise<TenantView> =>
  (await (await api.send("GET", `/tenants/${tenant}`, { token })).json()) as TenantView;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await isSo()); await delay(50)) {
    assert.ok(Date.now() < deadline, "it isn't so after 30 s");
  }
}

const settled = (tenant: string, state: TenantView["state"]): Promise<void> =>
  until(async () => {
    const view = await read(tenant);
    return view.state === state && view.job === null;
  });

async function made(address: string, changes: object = {}): Promise<string> {
  const { tenant } = await ordered(api, token, address, changes);
  await settled(tenant, "running");
  return tenant;
}

const send = (method: string, tenant: string, body?: unknown, as = token): Promise<Response> =>
  api.send(method, `${as === operator ? "/operator" : ""}/tenants/${tenant}/deletion`, { token: as, body });

async function change(method: string, tenant: string, body?: unknown, as = token): Promise<TenantView> {
  const answer = await send(method, tenant, body, as);
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text) as TenantView;
}

const broughtOf = (tenant: string): string[] =>
  provisioner.brought.filter(([id]) => id === tenant).map(([, state]) => state);
const jobsOf = async (tenant: string): Promise<string[]> => {
  const { jobs } = (await (await api.send("GET", "/jobs?limit=100", { token })).json()) as { jobs: JobView[] };
  return jobs
    .filter((job) => job.tenant === tenant)
    .map(({ kind, state }) => `${kind} ${state}`)
    .reverse();
};
const row = (tenant: string) =>
  database().selectFrom("tenant").selectAll().where("id", "=", tenant).executeTakeFirstOrThrow();
const isErased = (tenant: string) => async (): Promise<boolean> => (await row(tenant)).data_erased_at !== null;

/** The tenant that the only place has; each test goes on with it. */
let tenant: string;

test("who deletes a tenant repeats its address; it is suspended for 30 days, and undone in them it runs again", async () => {
  tenant = await made("acme");
  const other = await send("POST", tenant, { address: "acmee" });
  assert.equal(other.status, 422);
  assert.match(await other.text(), /"field":"address","reason":"different","detail":"expected acme/);
  assert.equal((await read(tenant)).state, "running");

  const view = await change("POST", tenant, { address: "acme" });
  assert.deepEqual(
    [view.state, view.deleteAt, view.lifecycle.desired, view.lifecycle.reason, view.lifecycle.changesAt],
    ["suspending", inDays(30).toISOString(), "suspended", "deleting", inDays(30).toISOString()],
  );
  await settled(tenant, "suspended");
  const again = await send("POST", tenant, { address: "acme" });
  assert.equal(again.status, 409);
  assert.match(await again.text(), /2026-12-17/);
  const start = await api.send("POST", `/tenants/${tenant}/start`, { token, body: {} });
  assert.equal(start.status, 409);
  assert.match(await start.text(), /to be deleted; undo that first/);

  // To the last minute of its grace nothing more happens to it.
  now = new Date(inDays(30).getTime() - 60_000);
  assert.equal(await tick(database(), queue!, now), 0);
  assert.deepEqual((await change("DELETE", tenant)).deleteAt, null);
  await settled(tenant, "running");
  assert.deepEqual(broughtOf(tenant), ["suspended", "running"]);
  assert.deepEqual(provisioner.decommissioned, []);
  assert.equal((await send("DELETE", tenant)).status, 409);
  now = asked;
});

test("its customer is told by mail until when it can be undone, also when the mail server was away, and once", async () => {
  const sent: SendableDeletion[] = [];
  let fault: Error | undefined = new Error("connect ECONNREFUSED");
  const look = () =>
    sendDeletions(database(), now, (deletion) => {
      sent.push(deletion);
      return fault ? Promise.reject(fault) : Promise.resolve();
    });
  assert.equal(await look(), 0);
  assert.equal(sent.length, 0);
  await api.send("PUT", `/tenants/${tenant}/end`, { token, body: { expiresAt: inDays(5).toISOString() } });
  // By an operator: the mail goes to whom it concerns.
  await change("POST", tenant, { address: "acme" }, operator);
  assert.equal(await look(), 0);
  fault = undefined;
  assert.equal(await look(), 1);
  assert.equal(await look(), 0);
  assert.deepEqual(sent.at(-1), { email: "ends@example.com", address: "acme", tenant, deleteAt: inDays(30) });
  // Nobody is warned of the end of what is to be deleted.
  assert.equal(await sendWarnings(database(), inDays(4), () => Promise.resolve()), 0);
  await change("DELETE", tenant, undefined, operator);
  await api.send("PUT", `/tenants/${tenant}/end`, { token, body: { expiresAt: null } });
  await settled(tenant, "running");
  await change("POST", tenant, { address: "acme" });
  assert.equal(await look(), 1);
});

test("at the end of the grace its last backup is made; a failure leaves it as it is, tried again after an hour", async () => {
  await settled(tenant, "suspended");
  provisioner.fault = new Error("the backup isn't proven");
  now = inDays(30);
  assert.equal(await tick(database(), queue!, now), 1);
  await until(async () => (await jobsOf(tenant)).at(-1) === "delete failed");
  assert.equal((await read(tenant)).state, "suspended");
  assert.equal((await row(tenant)).slot, 500);
  // The end of a job is by the database's clock, which is another than these tests'.
  const failed = await database()
    .selectFrom("job")
    .select("id")
    .where("kind", "=", "delete")
    .where("tenant_id", "=", tenant)
    .executeTakeFirstOrThrow();
  await database()
    .updateTable("job")
    .set({ ended_at: inDays(30) })
    .where("id", "=", failed.id)
    .execute();
  assert.equal(await tick(database(), queue!, new Date(inDays(30).getTime() + 59 * 60_000)), 0);
  provisioner.fault = undefined;
  // Undone even now, an operator's other try of it is refused.
  await change("DELETE", tenant);
  const retried = await api.send("POST", `/operator/jobs/${failed.id}/retries`, { token: operator });
  assert.equal(retried.status, 409);
  await settled(tenant, "running");
  assert.deepEqual(provisioner.decommissioned, []);
});

test("it is deleted: the place is the next one's, its data goes, its address is held, its backups stay for their days", async () => {
  now = asked;
  await change("POST", tenant, { address: "acme" });
  await settled(tenant, "suspended");
  const waiting = await api.send("POST", "/orders", {
    token,
    body: { address: "next", company: "Next", plan: "pro", odooVersion: "19.0", terms: true },
  });
  const { id: order, tenant: next } = (await waiting.json()) as { id: string; tenant: string };
  const orderOf = async () =>
    (await (await api.send("GET", `/orders/${order}`, { token })).json()) as { waitingBehind: number | null };
  assert.equal((await orderOf()).waitingBehind, 0);

  now = inDays(30);
  assert.equal(await tick(database(), queue!, now), 1);
  await until(isErased(tenant));
  assert.deepEqual(provisioner.decommissioned, [[tenant, "2026-12-27"]]);
  assert.deepEqual(provisioner.erased, [[tenant, false]]);
  assert.equal((await api.send("GET", `/tenants/${tenant}`, { token })).status, 404);
  assert.equal((await orderOf()).waitingBehind, null);
  assert.deepEqual([(await row(next)).host, (await row(next)).slot], ["local", 500]);
  const address = async (): Promise<unknown> => (await api.send("GET", "/addresses/acme")).json();
  assert.deepEqual(await address(), { address: "acme", isFree: false, reason: "held" });
  // Nothing more is done to it, by anybody.
  assert.equal((await send("DELETE", tenant)).status, 404);
  assert.equal((await send("POST", tenant, { address: "acme" }, operator)).status, 404);
  assert.equal(await tick(database(), queue!, new Date("2026-12-27T23:59:00Z")), 0);

  now = new Date("2026-12-28T00:00:00Z");
  assert.equal(await tick(database(), queue!, now), 1);
  await until(async () => (await row(tenant)).erased_at !== null);
  assert.deepEqual(provisioner.erased.slice(1), [[tenant, true]]);
  assert.equal(await tick(database(), queue!, inDays(400)), 0);
  assert.deepEqual((await jobsOf(tenant)).slice(-4), ["suspend done", "delete done", "erase done", "erase done"]);

  const back = (days: number): Date => new Date(Date.now() - days * 86_400_000);
  await database()
    .updateTable("tenant")
    .set({ deleted_at: back(89) })
    .where("id", "=", tenant)
    .execute();
  assert.deepEqual(await address(), { address: "acme", isFree: false, reason: "held" });
  await database()
    .updateTable("tenant")
    .set({ deleted_at: back(91) })
    .where("id", "=", tenant)
    .execute();
  assert.deepEqual(await address(), { address: "acme", isFree: true, reason: null });

  const { entries } = (await (await api.send("GET", `/audit?tenant=${tenant}&limit=100`, { token })).json()) as {
    entries: { action: string; actor: string; details: Record<string, unknown> }[];
  };
  const told = entries.map(({ action, actor, details }) => [action, actor, details["kind"] ?? details["address"]]);
  for (const entry of [
    ["deleteTenant", "customer", "acme"],
    ["deleteAnyTenant", "operator", "acme"],
    ["undoDeletion", "customer", undefined],
    ["job.done", "worker", "delete"],
    ["job.done", "worker", "erase"],
  ]) {
    assert.ok(
      told.some((one) => JSON.stringify(one) === JSON.stringify(entry)),
      `${JSON.stringify(entry)} isn't in ${JSON.stringify(told)}`,
    );
  }
});

test("of a plan without kept days everything is erased at once", async () => {
  const { token: code } = api.mails.at(-1)!;
  assert.equal((await api.send("POST", "/confirmations", { body: { code } })).status, 200);
  const { tenants } = (await (await api.send("GET", "/tenants", { token })).json()) as { tenants: TenantView[] };
  const next = tenants.find(({ address }) => address === "next")!.id;
  await settled(next, "running");
  now = asked;
  await change("POST", next, { address: "next" });
  await settled(next, "suspended");
  now = inDays(31);
  await tick(database(), queue!, now);
  await until(async () => (await row(next)).erased_at !== null);
  assert.deepEqual(provisioner.decommissioned.at(-1), [next, undefined]);
  assert.deepEqual(provisioner.erased.at(-1), [next, true]);
  now = asked;
});

test("one whose making failed is removed at once, and its address and place are free; what is made or ordered is cancelled instead", async () => {
  provisioner.fault = new Error("engine on host-7 is away");
  const { tenant: failed, order } = await ordered(api, token, "unmade");
  await settled(failed, "failed");
  provisioner.fault = undefined;
  assert.equal((await send("POST", failed, { address: "other" })).status, 422);
  const view = await change("POST", failed, { address: "unmade" });
  assert.deepEqual([view.state, view.deleteAt], ["deleting", null]);
  await until(async () => (await row(failed)).withdrawn_at !== null);
  assert.deepEqual(provisioner.removed, [failed]);
  const ended = (await (await api.send("GET", `/orders/${order}`, { token })).json()) as { state: string };
  assert.equal(ended.state, "cancelled");
  assert.deepEqual(await (await api.send("GET", "/addresses/unmade")).json(), {
    ...{ address: "unmade", isFree: true, reason: null },
  });

  let release = (): void => undefined;
  provisioner.held = new Promise((resolve) => (release = resolve));
  const { tenant: making } = await ordered(api, token, "unmade");
  const refused = await send("POST", making, { address: "unmade" });
  assert.equal(refused.status, 409);
  assert.match(await refused.text(), /cancel its job/);
  const { tenant: waiting } = (await (
    await api.send("POST", "/orders", {
      token,
      body: { address: "behind", company: "Behind", plan: "pro", odooVersion: "19.0", terms: true },
    })
  ).json()) as { tenant: string };
  assert.match(await (await send("POST", waiting, { address: "behind" })).text(), /cancel its order/);
  release();
  provisioner.held = undefined;
  await settled(making, "running");
});
