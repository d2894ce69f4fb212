/** What is brought back of the tenants that were ordered on a host, by what the portal's database says of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LostTenant, Recovery } from "odoo-fleet";
import { TenantQueue } from "../../src/jobs/queue.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { withTenant } from "../../src/worker/lock.ts";
import { recoverHost } from "../../src/worker/recovery.ts";
import { runJob } from "../../src/worker/runJob.ts";
import { TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";

const database = portalDatabase({ begin, end: async () => queue?.close() });
const provisioner = new FakeProvisioner();
const signal = new AbortController().signal;
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;

async function begin(): Promise<void> {
  queue = await TenantQueue.open(database.url(), true);
  api = new TestApi(database(), {}, queue);
  token = await api.token("lost@example.com");
  const parts = { database: database(), settings: testSettings(), queue, provisioner };
  await queue.work(2, (job, jobSignal) => runJob(parts, job, jobSignal));
}

async function become(tenant: string, state: TenantView["state"]): Promise<string> {
  await api.settled(token, tenant, state);
  return tenant;
}

const made = async (address: string): Promise<string> => become((await ordered(api, token, address)).tenant, "running");
const madeState = async (tenant: string): Promise<string | null> =>
  (await database().selectFrom("tenant").select("made_state").where("id", "=", tenant).executeTakeFirstOrThrow())
    .made_state;
const addRestore = async (tenant: string, step: "done" | "switching" | "asked"): Promise<void> => {
  const row = { id: `${tenant}-${step}`, tenant_id: tenant, at: new Date(), step, asked_at: new Date(), generation: 1 };
  await database().insertInto("restore").values(row).execute();
};
const steps = async (tenant: string): Promise<string[]> => {
  const rows = await database().selectFrom("restore").select("step").where("tenant_id", "=", tenant).execute();
  return rows.map(({ step }) => step).sort();
};
const recoveredEntries = async (tenant: string): Promise<number> =>
  (
    await database()
      .selectFrom("audit")
      .select("id")
      .where("action", "=", "tenant.recovered")
      .where("tenant_id", "=", tenant)
      .execute()
  ).length;

/** What the library is given; each of them is done as it says, and what fails is told. */
async function recover(host: string, work: (name: string) => void = () => undefined) {
  let given: readonly LostTenant[] = [];
  const failures: Record<string, string> = {};
  await recoverHost(
    {
      ...{ database: database(), provisioner },
      recover: async (tenants): Promise<Recovery> => {
        given = tenants;
        for (const { alone, settings } of tenants) {
          await alone!(() => Promise.resolve(work(settings.tenant))).catch((error: Error) => {
            failures[settings.tenant] = error.message;
          });
        }
        return { back: [], failed: [] };
      },
    },
    host,
    { signal },
  );
  const shown = given.map(({ title, neverServed, settings: { tenant, tenants } }) => {
    const { state } = tenants![tenant] as { state: string };
    return `${title?.split(" ")[0]} ${neverServed === true ? "never served" : state}`;
  });
  return { shown: shown.sort(), failures };
}

test("what ran comes back running, what was stopped or is to be deleted suspended, and what left not at all", async () => {
  const serving = await made("serving");
  const stopped = await made("stopped");
  await api.send("POST", `/tenants/${stopped}/stop`, { token });
  await become(stopped, "suspended");
  const leaving = await made("leaving");
  // As if its worker had ended before it stopped it.
  await database()
    .updateTable("tenant")
    .set({ delete_at: new Date(Date.now() + 86_400_000) })
    .where("id", "=", leaving)
    .execute();
  const left = await made("left");
  await database()
    .updateTable("tenant")
    .set({ deleted_at: new Date(), host: null, slot: null })
    .where("id", "=", left)
    .execute();
  provisioner.fault = new Error("the host is gone");
  const { tenant: failed } = await ordered(api, token, "failed");
  await become(failed, "failed");
  provisioner.fault = undefined;
  [serving, stopped, leaving, failed].forEach((tenant) => provisioner.lostOnes.add(tenant));

  assert.deepEqual(await recover("elsewhere"), { shown: [], failures: {} });
  assert.deepEqual(await recover("local"), {
    shown: ["failed never served", "leaving suspended", "serving running", "stopped suspended"],
    failures: {},
  });
  const after = await Promise.all([serving, stopped, leaving, failed].map(madeState));
  assert.deepEqual(after, ["running", "suspended", "suspended", null]);
  assert.deepEqual(await Promise.all([serving, stopped, leaving, failed].map(recoveredEntries)), [1, 1, 1, 0]);
});

test("its restores end before anything of it is done, so that no worker goes on with volumes that are gone", async () => {
  const tenant = await made("restored");
  for (const step of ["done", "switching", "asked"] as const) {
    await addRestore(tenant, step);
  }
  // It isn't lost: they stay.
  await recover("local");
  assert.deepEqual(await steps(tenant), ["asked", "done", "switching"]);
  assert.equal(await recoveredEntries(tenant), 0);

  provisioner.lostOnes.add(tenant);
  const { failures } = await recover("local", (name) => {
    if (name === tenant) {
      throw new Error("a segment is missing");
    }
  });
  assert.equal(failures[tenant], "a segment is missing");
  assert.deepEqual(await steps(tenant), ["failed", "failed", "settled"]);
  assert.equal(await recoveredEntries(tenant), 0);
});

test("one that a worker has is left to it, with the way out, and the others aren't", async () => {
  const tenant = await made("busy");
  let failures: Record<string, string> = {};
  const worked: string[] = [];
  await withTenant(database(), tenant, async () => {
    ({ failures } = await recover("local", (name) => worked.push(name)));
  });
  assert.match(failures[tenant]!, /make portal-stop/);
  assert.deepEqual(Object.keys(failures), [tenant]);
  assert.ok(worked.length > 0 && !worked.includes(tenant));
});
