/** Another plan for a tenant: what is said first, room, and jobs, by the API and a worker on a real queue. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobView } from "../../src/jobs/jobs.ts";
import type { TenantQueue } from "../../src/jobs/queue.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { tick } from "../../src/lifecycle/queueDue.ts";
import { notePlanNeeds, planNeeds } from "../../src/plans/planNeeds.ts";
import type { HostCapacity } from "../../src/operators/tenants.ts";
import type { ResizeOffer } from "../../src/plans/resize.ts";
import { refusal, type TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";
import { begunWork } from "../support/worked.ts";

const database = portalDatabase({ begin, end: async () => queue?.close() });
const settings = {
  plans: {
    starter: { price: 1900, currency: "EUR" },
    basic: { price: 2900, currency: "EUR" },
    pro: { price: 7900, currency: "EUR" },
  },
};
const fleet = { environment: "prod", hosts: { local: {} } };
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
const provisioner = new FakeProvisioner();

async function begin(): Promise<void> {
  ({ queue, api } = await begunWork({ database, provisioner, settings }));
  token = await api.token("resize@example.com");
}

const settled = (tenant: string, state: TenantView["state"]): Promise<TenantView> => api.settled(token, tenant, state);

async function made(address: string, plan: string): Promise<string> {
  const { tenant } = await ordered(api, token, address, { plan });
  await settled(tenant, "running");
  return tenant;
}

const resize = (tenant: string, plan: string, isDowntimeAccepted: unknown = true): Promise<Response> =>
  api.send("PUT", `/tenants/${tenant}/plan`, { token, body: { plan, isDowntimeAccepted } });

async function offers(tenant: string): Promise<Record<string, ResizeOffer>> {
  const { plans } = (await (await api.send("GET", `/tenants/${tenant}/plans`, { token })).json()) as {
    plans: ResizeOffer[];
  };
  return Object.fromEntries(plans.map((offer) => [offer.plan, offer]));
}

const note = (changed: object): Promise<void> =>
  notePlanNeeds(database(), planNeeds({ fleet: { ...fleet, ...changed } }, testSettings(settings)));
const jobs = async (tenant: string): Promise<JobView[]> => {
  const page = await api.send("GET", `/jobs?limit=100`, { token });
  return ((await page.json()) as { jobs: JobView[] }).jobs.filter((job) => job.tenant === tenant).reverse();
};

let tenant: string;

test("what another plan means is said first: price, containers that are replaced, and how long that took before", async () => {
  tenant = await made("acme", "starter");
  // Before a worker has noted what plans are, and before anything like it was done, nothing is promised.
  assert.deepEqual((await offers(tenant))["basic"], {
    ...{ plan: "basic", price: 2900, asleepPrice: 2900, currency: "EUR", isCurrent: false },
    ...{ hasRoom: null, replaced: null, downtime: null },
  });
  await note({});
  // The end-to-end test of the fleet sees these replaced on the engine, and no other.
  assert.deepEqual((await offers(tenant))["basic"]!.replaced, ["postgres", "odoo", "nginx", "backup"]);
  await api.send("POST", `/tenants/${tenant}/stop`, { token });
  await settled(tenant, "suspended");
  await api.send("POST", `/tenants/${tenant}/start`, { token, body: {} });
  await settled(tenant, "running");
  const { starter, basic } = await offers(tenant);
  assert.deepEqual([basic!.downtime?.of, basic!.downtime?.basis], [1, "starts"]);
  assert.ok(basic!.downtime!.seconds >= 1);
  assert.deepEqual([starter!.isCurrent, starter!.replaced, starter!.downtime?.seconds], [true, [], 0]);
});

test("a resize is a job with phases; who doesn't accept that it is away gets none", async () => {
  const unsaid = await resize(tenant, "basic", false);
  assert.equal(unsaid.status, 422);
  assert.match(await unsaid.text(), /"field":"isDowntimeAccepted"/);
  assert.match(await (await resize(tenant, "huge")).text(), /"field":"plan","reason":"unknown"/);
  assert.equal((await resize(tenant, "starter")).status, 409);
  const answer = await resize(tenant, "basic");
  const view = (await answer.json()) as TenantView;
  assert.deepEqual([answer.status, view.state, view.plan, view.nextPlan], [200, "resizing", "starter", "basic"]);
  const after = await settled(tenant, "running");
  assert.deepEqual([after.plan, after.nextPlan], ["basic", null]);
  const job = (await jobs(tenant)).at(-1)!;
  assert.deepEqual(
    [job.kind, job.state, job.phases.map(({ phase }) => phase)],
    ["resize", "done", ["preparing", "ready"]],
  );
  assert.deepEqual(provisioner.plans.slice(-1), [[tenant, "basic"]]);
  const changes = await database().selectFrom("plan_change").selectAll().where("tenant_id", "=", tenant).execute();
  assert.deepEqual(
    changes.map(({ from_plan, to_plan, price, currency, done_at }) => [from_plan, to_plan, price, currency, !!done_at]),
    [["starter", "basic", 2900, "EUR", true]],
  );
  assert.equal((await offers(tenant))["pro"]!.downtime?.basis, "resizes");
});

test("a suspended tenant changes its plan and stays suspended", async () => {
  await api.send("POST", `/tenants/${tenant}/stop`, { token });
  await settled(tenant, "suspended");
  assert.equal((await resize(tenant, "pro")).status, 200);
  assert.equal((await settled(tenant, "suspended")).plan, "pro");
  assert.deepEqual(provisioner.brought.at(-1), [tenant, "suspended"]);
  await api.send("POST", `/tenants/${tenant}/start`, { token, body: {} });
  await settled(tenant, "running");
});

test("one that fails leaves the plan as it was, and is gone on with by itself; who asks for the former plan gets that", async () => {
  provisioner.fault = new Error("engine on host-7 is away");
  assert.equal((await resize(tenant, "basic")).status, 200);
  const failed = await settled(tenant, "running");
  provisioner.fault = undefined;
  assert.deepEqual([failed.plan, failed.nextPlan, (await jobs(tenant)).at(-1)!.state], ["pro", "basic", "failed"]);
  assert.equal(await tick(database(), queue!, new Date(Date.now() + 9 * 60_000)), 0);
  assert.equal(await tick(database(), queue!, new Date(Date.now() + 11 * 60_000)), 1);
  const after = await settled(tenant, "running");
  assert.deepEqual([after.plan, after.nextPlan], ["basic", null]);

  provisioner.fault = new Error("engine on host-7 is away");
  assert.equal((await resize(tenant, "pro")).status, 200);
  await settled(tenant, "running");
  provisioner.fault = undefined;
  assert.equal((await resize(tenant, "basic")).status, 200);
  const back = await settled(tenant, "running");
  assert.deepEqual([back.plan, back.nextPlan], ["basic", null]);
  assert.deepEqual(provisioner.plans.at(-1), [tenant, "basic"]);
});

test("a plan that the host has no room for isn't had, and that is said first; what others have on their way counts", async () => {
  // Room for one of each of the larger plans, with the helpers of both.
  const { plans } = planNeeds({ fleet }, testSettings(settings));
  await note({ hosts: { local: { memory: plans["basic"]!.memoryMiB + plans["pro"]!.memoryMiB } } });
  const other = await made("other", "starter");
  const room = async (of: string): Promise<(boolean | null)[]> => {
    const found = await offers(of);
    return ["starter", "basic", "pro"].map((plan) => found[plan]!.hasRoom);
  };
  assert.deepEqual(await room(other), [true, true, true]);
  assert.deepEqual(await room(tenant), [true, true, true]);
  provisioner.takes = 1500;
  assert.equal((await resize(other, "pro")).status, 200);
  const refused = await resize(tenant, "pro");
  assert.equal(refused.status, 409);
  assert.match(await refused.text(), /no room for this plan/);
  provisioner.takes = 50;
  await settled(other, "running");
  assert.deepEqual(await room(tenant), [true, true, false]);
  assert.equal((await settled(tenant, "running")).plan, "basic");
  const operator = await api.token("operator@example.com", ["operator:tenants"]);
  const { hosts } = (await (await api.send("GET", "/operator/capacity", { token: operator })).json()) as {
    hosts: HostCapacity[];
  };
  const memory = plans["basic"]!.memoryMiB + plans["pro"]!.memoryMiB;
  assert.deepEqual(
    hosts.map(({ room: left }) => left),
    [
      {
        memoryMiB: { used: memory, limit: memory },
        cpus: { used: Math.round((plans["basic"]!.cpus + plans["pro"]!.cpus) * 1000) / 1000, limit: null },
      },
    ],
  );
});

test("a plan that isn't sold any more, and one that the fleet doesn't know any more, take of the host what they took", async () => {
  const { starter, basic } = settings.plans;
  const sold = { starter, basic };
  const { plans } = planNeeds({ fleet }, testSettings(settings));
  const memory = plans["basic"]!.memoryMiB + plans["pro"]!.memoryMiB;
  const hosts = { local: { memory } };
  const isFull = async (): Promise<void> => {
    assert.equal((await offers(tenant))["pro"]!.hasRoom, false);
    assert.match(await refusal(resize(tenant, "pro")), /409.*no room for this plan/);
  };
  // One tenant of the two has it.
  await notePlanNeeds(database(), planNeeds({ fleet: { ...fleet, hosts } }, testSettings({ plans: sold })));
  await isFull();
  // As a worker of a fleet that has a plan of its own no longer.
  const { pro, ...known } = planNeeds({ fleet: { ...fleet, hosts } }, testSettings({ plans: sold })).plans;
  assert.ok(pro);
  await notePlanNeeds(database(), { plans: known, hosts: { local: { memoryMiB: memory, cpus: null } } });
  await isFull();
  await notePlanNeeds(database(), { plans: { ...known, unused: pro }, hosts: {} });
  await notePlanNeeds(database(), { plans: known, hosts: {} });
  const noted = await database().selectFrom("plan_need").select("plan").orderBy("plan").execute();
  assert.deepEqual(
    noted.map(({ plan }) => plan),
    [...Object.keys(known), "pro"].sort(),
  );
});

test("one that is to be deleted, or was never made, keeps its plan", async () => {
  await api.send("POST", `/tenants/${tenant}/deletion`, { token, body: { address: "acme" } });
  assert.match(await (await resize(tenant, "starter")).text(), /undo that first/);
  // The host is full otherwise.
  await note({});
  provisioner.fault = new Error("engine on host-7 is away");
  const { tenant: unmade } = await ordered(api, token, "unmade", { plan: "starter" });
  await settled(unmade, "failed");
  provisioner.fault = undefined;
  assert.match(await (await resize(unmade, "basic")).text(), /never ready/);
});
