/** A real PostgreSQL that restarts while jobs run and customers ask. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrate.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { TenantBusyError, withTenant } from "../../src/worker/lock.ts";
import { runJob, type WorkerParts } from "../../src/worker/runJob.ts";
import { TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered, untilJob } from "../support/orders.ts";
import { Postgres } from "../support/postgres.ts";
import { testSettings } from "../support/settings.ts";

let postgres: Postgres;
let database: Database;
let queue: TenantQueue;
let api: TestApi;
let token: string;
const provisioner = new FakeProvisioner();

before(async () => {
  postgres = await Postgres.start(true);
  let url: string;
  ({ database, url } = await postgres.newDatabase());
  await migrate(database);
  queue = await TenantQueue.open(url, true);
  api = new TestApi(database, {}, queue);
  token = await api.token("restart@example.com");
  const parts: WorkerParts = { database, settings: testSettings(), queue, provisioner };
  await queue.work(4, (job, signal) => runJob(parts, job, signal));
});
after(async () => {
  await queue.close();
  await database.destroy();
  await postgres.stop();
});

/**
 * Ends the sessions of locks alone, as a failover of a connection pooler or a careless operator does, and waits until they are gone: one that was told to end has
 * its lock a moment longer.
 */
async function endLocks(): Promise<void> {
  await sql`
    select pg_terminate_backend(pid, 10000) from pg_locks where locktype = 'advisory' and granted`.execute(database);
}

/** How many sessions have locks. */
async function locks(): Promise<number> {
  const { rows } = await sql<{ held: number }>`
    select count(*)::int as held from pg_locks where locktype = 'advisory' and granted`.execute(database);
  return rows[0]!.held;
}

test("a lock whose session ends is taken again, and the work under it goes on", async () => {
  await withTenant(database, "steady", async (lost) => {
    await endLocks();
    await untilSo(async () => (await locks()) === 1);
    assert.equal(await withTenant(database, "steady", () => Promise.resolve()), false);
    assert.equal(lost.aborted, false);
  });
  assert.equal(await locks(), 0);
});

test("work whose lock somebody else has meanwhile is told to end", async () => {
  await withTenant(database, "contested", async (lost) => {
    // Whoever waits for it has it at once.
    const other = database.connection().execute(async (connection) => {
      await sql`select pg_advisory_lock(hashtextextended('contested', 7130002))`.execute(connection);
      await untilSo(() => lost.aborted);
    });
    await untilSo(async () => {
      const { rows } = await sql`select 1 from pg_locks where locktype = 'advisory' and not granted`.execute(database);
      return rows.length === 1;
    });
    await endLocks();
    await other;
    assert.ok(lost.reason instanceof TenantBusyError);
  });
});

test("a restart ends no job: it is done once, and who asks meanwhile is told to ask again", async () => {
  provisioner.takes = 8000;
  const { job, tenant } = await ordered(api, token, "restarted");
  await untilJob(api, token, job, ({ state }) => state === "running", 20);
  const restarting = postgres.restart(1500);
  let refused: Response | undefined;
  await untilSo(async () => {
    const answer = await api.send("GET", "/tenants", { token });
    refused = answer.status === 503 ? answer : refused;
    return refused !== undefined;
  });
  assert.equal(refused!.headers.get("Retry-After"), "10");
  assert.equal(((await refused!.json()) as { type: string }).type, "urn:odoo-fleet:away");
  await restarting;
  const { state, phases } = await untilJob(api, token, job, ({ endedAt }) => endedAt !== null, 60);
  assert.equal(state, "done");
  assert.deepEqual([provisioner.made.map(({ id }) => id), provisioner.mostOfOne], [[tenant], 1]);
  assert.equal(phases.filter(({ phase }) => phase === "database").length, 1);
});

test("a job that comes to its end while the database is away isn't failed by that", async () => {
  provisioner.takes = 2500;
  const { job, tenant } = await ordered(api, token, "ended-away");
  await untilJob(api, token, job, ({ state }) => state === "running", 20);
  await postgres.restart(6000);
  const { state } = await untilJob(api, token, job, ({ endedAt }) => endedAt !== null, 90);
  assert.equal(state, "done");
  // What was made and couldn't be noted is gone over once more, which changes nothing.
  assert.ok(provisioner.made.filter(({ id }) => id === tenant).length >= 1);
  assert.equal(provisioner.mostOfOne, 1);
});

/** Waits until something is so; a database that is away says nothing. */
async function untilSo(isSo: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; ; await delay(50)) {
    if (await Promise.resolve(isSo()).catch(() => false)) {
      return;
    }
    assert.ok(Date.now() < deadline, "it isn't so in time");
  }
}
