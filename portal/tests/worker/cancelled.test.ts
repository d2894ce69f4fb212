/**
 * What ends while its `up` runs, on the real engine: what is cancelled, within ten seconds, also where the CLI doesn't want to, and it leaves nothing; and a worker that
 * is told to end, once its job is done.
 */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { JobView } from "../../src/jobs/jobs.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { TestApi } from "../support/api.ts";
import { docker, EngineObjects } from "../support/engineObjects.ts";
import { ordered, untilJob } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { descendants, RealWorkers } from "../support/realWorkers.ts";

const environment = "test-portal-cancelled";
const settings = {
  plans: { starter: { price: 1900, currency: "EUR" } },
  slots: { local: { from: 580, to: 583 } },
};
/** Promised from a customer's word on, milliseconds; its worker looks for that each second. */
const endsWithin = 10_000;
const engine = new EngineObjects(environment);
const database = portalDatabase({ begin, end });
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
let workers: RealWorkers;
let worker: ChildProcess;

async function begin(): Promise<void> {
  queue = await TenantQueue.open(database.url(), false);
  api = new TestApi(database(), settings, queue);
  token = await api.token("cancels@example.com");
  workers = new RealWorkers(environment, "10.251.0.0/16", database.url(), settings);
  worker = await workers.start();
}

async function end(): Promise<void> {
  await workers.end();
  await queue?.close();
  await engine.remove();
}

/** Files of the tenants' states, with their locks. */
const states = (tenant: string): string[] =>
  readdirSync(join(workers.folder, "state"), { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => file.includes(tenant) || readFileSync(file, "utf8").includes(tenant));

/** Orders an instance, and waits until its database is being made. @returns the order, and the CLI that is at it. */
async function underWay(address: string): Promise<{ tenant: string; job: string; cli: number }> {
  const { tenant, job } = await ordered(api, token, address, { plan: "starter" });
  const isAt = ({ phases }: JobView): boolean => phases.some(({ phase }) => phase === "database");
  await untilJob(api, token, job, isAt, 240);
  const cli = workers.cliAt(worker, tenant);
  assert.ok(cli !== undefined, "no CLI has the tenant's stack");
  return { tenant, job, cli };
}

/**
 * Cancels an order whose database is being made.
 *
 * @param before is told the pid of its CLI, and the tenant.
 * @returns milliseconds until that was gone, with what it had started, and until nothing was left.
 */
async function cancelled(
  address: string,
  before: (cli: number, tenant: string) => Promise<void>,
): Promise<{ ended: number; cleared: number }> {
  const { tenant, job, cli } = await underWay(address);
  const whole = [cli, ...descendants(cli).map(({ pid }) => pid)];
  await before(cli, tenant);
  const asked = Date.now();
  assert.equal((await api.send("DELETE", `/jobs/${job}`, { token })).status, 200);
  const live = (): number[] => {
    const all = descendants(worker.pid!).map(({ pid }) => pid);
    return whole.filter((pid) => all.includes(pid));
  };
  for (; live().length > 0; await delay(100)) {
    assert.ok(Date.now() - asked < 60_000, `${live().length} of ${whole.length} processes live`);
  }
  const ended = Date.now() - asked;
  const { state } = await untilJob(api, token, job, ({ endedAt }) => endedAt !== null, 240);
  const cleared = Date.now() - asked;
  assert.equal(state, "cancelled");
  assert.deepEqual(await engine.names(tenant), []);
  assert.deepEqual(states(tenant), []);
  return { ended, cleared };
}

const shown = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

test("a CLI that is told to end does so within ten seconds, and nothing is left of its tenant", async (context) => {
  const { ended, cleared } = await cancelled("willing", () => Promise.resolve());
  context.diagnostic(`ended after ${shown(ended)}, nothing left after ${shown(cleared)}`);
  assert.ok(ended < endsWithin, shown(ended));
});

test("one that doesn't end is killed with its plugins, and what it had made and no state knows is removed", async (context) => {
  // As one that waits for an engine that doesn't answer: it takes no signal but the last.
  const { ended, cleared } = await cancelled("stubborn", async (cli, tenant) => {
    process.kill(cli, "SIGSTOP");
    const own = ["--label", `odoo-fleet.environment=${environment}`, "--label", `odoo-fleet.tenant=${tenant}`];
    const used = ["--filter", `label=odoo-fleet.tenant=${tenant}`];
    const [network] = await docker("network", "ls", "--quiet", ...used);
    const [image] = await docker("ps", "--all", "--format", "{{.Image}}", ...used);
    assert.ok(network !== undefined && image !== undefined);
    await docker("volume", "create", ...own, `${environment}-${tenant}-unrecorded`);
    await docker("create", "--name", `${environment}-${tenant}-unrecorded`, "--network", network, ...own, image);
  });
  context.diagnostic(`ended after ${shown(ended)}, nothing left after ${shown(cleared)}`);
  assert.ok(ended < endsWithin, shown(ended));
  assert.ok(ended > 5000, "it wasn't given time");
});

test("a worker that is told to end makes the instance first that it is at", async () => {
  const { job } = await underWay("finished");
  worker.kill("SIGTERM");
  await once(worker, "exit");
  assert.deepEqual([worker.exitCode, worker.signalCode], [0, null]);
  const { state } = await untilJob(api, token, job, () => true, 10);
  assert.equal(state, "done");
});
