/** What hosts are told of when their tenants stop and start; what they do by it is `tests/offline/schedule.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScheduledTenant } from "odoo-fleet";
import type { TenantQueue } from "../../src/jobs/queue.ts";
import { withTenant } from "../../src/worker/lock.ts";
import { keepHostsTold, tellEngines, type TellHosts } from "../../src/worker/scheduleWork.ts";
import type { TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered, placed } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { begunWork } from "../support/worked.ts";

const database = portalDatabase({ begin, end: async () => queue?.close() });
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
/** Tuesday, in active hours. */
const now = new Date("2026-11-17T10:00:00Z");

async function begin(): Promise<void> {
  ({ queue, api } = await begunWork({ database, provisioner: new FakeProvisioner(), now: () => now, atOnce: 4 }));
  token = await api.token("owner@example.com");
}

async function made(address: string): Promise<string> {
  const { tenant } = await ordered(api, token, address);
  await api.settled(token, tenant, "running");
  return tenant;
}

async function change(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await api.send(method, path, { token, body });
  assert.ok(answer.status < 300, `${path}: ${answer.status} ${await answer.text()}`);
}

/** All that hosts would be told. */
async function told(): Promise<ReadonlyMap<string, ScheduledTenant>> {
  let tenants: readonly ScheduledTenant[] = [];
  await keepHostsTold(
    database(),
    (all) => {
      tenants = all;
      return Promise.resolve();
    },
    now,
  );
  return new Map(tenants.map((tenant) => [tenant.name, tenant]));
}

test("hosts are told of each tenant that is there, with its own times and what it was brought to; a copy has those of its tenant", async () => {
  const [office, other] = [await made("office"), await made("other")];
  await change("PUT", `/tenants/${office}/schedule`, {
    activeHours: ["Mon-Fri 08:00-20:00 Africa/Casablanca"],
    holidays: ["2026-12-25"],
  });
  const copy = await made("office-staging");
  await database().updateTable("tenant").set({ copy_of: office, copy_until: now }).where("id", "=", copy).execute();
  // Not ordered to its end: there is nothing of it on any host.
  await placed(api, token, "waiting");
  const tenants = await told();
  assert.deepEqual([...tenants.keys()].sort(), [office, other, copy].sort());
  const { host, lifecycle, made: state } = tenants.get(office)!;
  assert.deepEqual([host, state, lifecycle.holidays], ["local", "running", ["2026-12-25"]]);
  assert.deepEqual(
    lifecycle.activeHours.map(({ zone }) => zone),
    ["Africa/Casablanca"],
  );
  assert.deepEqual(tenants.get(copy)?.lifecycle, lifecycle);
  assert.deepEqual(tenants.get(other)?.lifecycle.activeHours, []);

  await change("POST", `/tenants/${other}/stop`);
  await api.settled(token, other, "suspended");
  const stopped = (await told()).get(other)!;
  assert.deepEqual([stopped.made, stopped.lifecycle.isSuspended], ["suspended", true]);
  await database()
    .updateTable("tenant")
    .set({ deleted_at: now, host: null, slot: null })
    .where("id", "=", other)
    .execute();
  assert.ok(!(await told()).has(other));
});

test("what is done to a tenant goes by what it is then, under its lock, and one that is worked on is left for the next time", async () => {
  const tenant = await made("locked");
  const given: (ScheduledTenant | undefined)[] = [];
  const tell: TellHosts = async (_all, _now, alone) => {
    await database().updateTable("tenant").set({ made_state: "suspended" }).where("id", "=", tenant).execute();
    await alone(tenant, async (fresh) => {
      given.push(fresh);
      assert.equal(await withTenant(database(), tenant, () => Promise.resolve()), false);
    });
  };
  await keepHostsTold(database(), tell, now);
  assert.deepEqual(
    given.map((one) => one?.made),
    ["suspended"],
  );
  await withTenant(database(), tenant, () => keepHostsTold(database(), tell, now));
  assert.equal(given.length, 1);
});

test("a host without an agent is told nothing, and one that can't be reached is named", async () => {
  const hostKey = `ssh-ed25519 ${Buffer.from("\0\0\0\vssh-ed25519\0\0\0 ".padEnd(51, "k")).toString("base64")}`;
  const ssh = { connection: "ssh://fleet@127.0.0.1:1", hostKey };
  const tell = (host: object): Promise<void> =>
    tellEngines({ fleet: { environment: "dev", hosts: { paris: host } } })([], now, () => Promise.resolve());
  await tell({ ...ssh, bootstrap: "none" });
  await assert.rejects(tell({ ...ssh, bootstrap: "ansible" }), /host paris: /);
});
