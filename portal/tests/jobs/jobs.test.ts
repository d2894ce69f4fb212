import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { sql } from "kysely";
import type { OperatorJobView } from "../../src/jobs/operatorJobs.ts";
import type { JobView } from "../../src/jobs/jobs.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { mendDeliveries, takeOver } from "../../src/worker/deliveries.ts";
import { runJob, type WorkerParts } from "../../src/worker/runJob.ts";
import { PolicyError } from "../../src/worker/policyPack.ts";
import { withTenant } from "../../src/worker/lock.ts";
import { refusal, TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { started } from "../support/started.ts";
import { testSettings } from "../support/settings.ts";

const database = portalDatabase({ begin, end: async () => queue?.close() });
let queue: TenantQueue | undefined;
/** What the worker's settings have. */
const secret = "the worker's own passphrase";
let api: TestApi;
let token: string;
let parts: WorkerParts & { readonly provisioner: FakeProvisioner };

async function begin(): Promise<void> {
  queue = await TenantQueue.open(database.url(), true);
  api = new TestApi(database(), {}, queue);
  token = await api.token("jobs@example.com");
  parts = {
    database: database(),
    settings: testSettings(),
    queue,
    provisioner: new FakeProvisioner(),
    secrets: [secret],
  };
  await queue.work(4, (job, signal) => runJob(parts, job, signal));
}

async function read(job: string): Promise<JobView> {
  return (await (await api.send("GET", `/jobs/${job}`, { token })).json()) as JobView;
}

async function until(job: string, isSo: (view: JobView) => boolean, seconds = 20): Promise<JobView> {
  for (const deadline = Date.now() + seconds * 1000; ; await delay(50)) {
    const view = await read(job);
    if (isSo(view)) {
      return view;
    }
    assert.ok(Date.now() < deadline, `job is ${JSON.stringify(view)}`);
  }
}

test("a confirmed order is made: its phases once and in their sequence, then where it is reached", async () => {
  const { job, tenant } = await ordered(api, token, "made");
  const view = await until(job, ({ endedAt }) => endedAt !== null);
  assert.equal(view.state, "done");
  assert.deepEqual(
    view.phases.map(({ phase }) => phase),
    ["preparing", "database", "odoo", "ready"],
  );
  const made = parts.provisioner.made.find(({ id }) => id === tenant)!;
  assert.deepEqual([made.address, made.plan, made.host], ["made", "basic", "local"]);
  const answer = await (await api.send("GET", `/tenants/${tenant}`, { token })).json();
  assert.deepEqual((({ state, url }) => [state, url])(answer as { state: string; url: string }), [
    "running",
    `http://127.0.0.1/${tenant}`,
  ]);
});

test("its stream tells each phase once, goes on from the last that was seen, and ends with the job", async () => {
  parts.provisioner.takes = 700;
  const { job } = await ordered(api, token, "streamed");
  const stream = async (seen?: string): Promise<{ event: string; id?: string; data: unknown }[]> => {
    const headers: Record<string, string> = seen === undefined ? {} : { "Last-Event-ID": seen };
    const answer = await api.send("GET", `/jobs/${job}/events`, { token, headers });
    assert.match(answer.headers.get("Content-Type")!, /^text\/event-stream/);
    return (await answer.text())
      .split("\n\n")
      .filter((block) => block.startsWith("event:"))
      .map((block) => {
        const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/, 2) as [string, string]));
        return {
          event: fields["event"]!,
          ...(fields["id"] && { id: fields["id"] }),
          data: JSON.parse(fields["data"]!) as unknown,
        };
      });
  };
  const events = await stream();
  parts.provisioner.takes = 50;
  const phases = events.filter(({ event }) => event === "phase");
  assert.deepEqual(
    phases.map(({ data }) => (data as { phase: string }).phase),
    ["preparing", "database", "odoo", "ready"],
  );
  assert.equal(events.at(-1)!.event, "end");
  assert.equal((events.at(-1)!.data as JobView).state, "done");
  // After a reload.
  assert.deepEqual(
    (await stream(phases[1]!.id)).map(({ id }) => id),
    [phases[2]!.id, phases[3]!.id, undefined],
  );
});

test("somebody has at most twenty streams at the same time, and one more when one has ended; his colleague has his own", async () => {
  let release = (): void => undefined;
  parts.provisioner.held = new Promise((resolve) => (release = resolve));
  const { job } = await ordered(api, token, "streamed-often");
  const colleague = await api.colleague("jobs@example.com", "colleague@example.com", "member");
  const open = (by: string): Promise<Response> => api.send("GET", `/jobs/${job}/events`, { token: by });
  const streams = await Promise.all(Array.from({ length: 20 }, () => open(token)));
  assert.deepEqual([...new Set(streams.map(({ status }) => status))], [200]);
  assert.match(await refusal(open(token)), /^429.*end one first/);
  const other = await open(colleague.token);
  assert.equal(other.status, 200);
  await streams.pop()!.body!.cancel();
  for (const deadline = Date.now() + 10_000; ; await delay(100)) {
    const again = await open(token);
    streams.push(again);
    if (again.status === 200) {
      break;
    }
    assert.ok(Date.now() < deadline, "none ended");
  }
  parts.provisioner.held = undefined;
  release();
  await until(job, ({ state }) => state === "done");
  await Promise.all([...streams, other].map((stream) => stream.text()));
  assert.equal((await open(token)).status, 200);
});

test("its stream ends with the token that it was asked by", async () => {
  let release = (): void => undefined;
  parts.provisioner.held = new Promise((resolve) => (release = resolve));
  const { job } = await ordered(api, token, "streamed-on");
  const { token: asked, secret } = (await (
    await api.send("POST", "/tokens", { token, body: { name: "stream", scopes: ["jobs:read"] } })
  ).json()) as { token: { id: string }; secret: string };
  const stream = (await api.send("GET", `/jobs/${job}/events`, { token: secret })).text();
  assert.equal((await api.send("DELETE", `/tokens/${asked.id}`, { token })).status, 204);
  assert.ok(!(await stream).includes("event: end"));
  assert.equal((await read(job)).endedAt, null);
  parts.provisioner.held = undefined;
  release();
  await until(job, ({ state }) => state === "done");
});

test("a job that runs ends within seconds of its cancelling: nothing is left of its tenant, and its address is free", async () => {
  parts.provisioner.takes = 60_000;
  const { job, tenant, order } = await ordered(api, token, "cancelled");
  await until(job, ({ phases }) => phases.length >= 2);
  const refused = await api.send("DELETE", `/orders/${order}`, { token });
  assert.equal(refused.status, 409);
  assert.match(await refused.text(), /cancel its job/);
  const asked = Date.now();
  assert.equal(((await (await api.send("DELETE", `/jobs/${job}`, { token })).json()) as JobView).isCancelling, true);
  const view = await until(job, ({ endedAt }) => endedAt !== null);
  parts.provisioner.takes = 50;
  assert.ok(Date.now() - asked < 10_000);
  assert.equal(view.state, "cancelled");
  assert.deepEqual(parts.provisioner.removed, [tenant]);
  assert.equal((await api.send("GET", `/tenants/${tenant}`, { token })).status, 404);
  const address = (await (await api.send("GET", "/addresses/cancelled", { token })).json()) as { isFree: boolean };
  assert.equal(address.isFree, true);
  assert.equal((await api.send("DELETE", `/jobs/${job}`, { token })).status, 409);
});

test("a job that nobody has yet is cancelled at once, and is never delivered", async () => {
  // Its worker would have to wait for whoever has the tenant.
  parts.provisioner.takes = 8000;
  const busy = await Promise.all(["busy1", "busy2", "busy3", "busy4"].map((address) => ordered(api, token, address)));
  await Promise.all(busy.map(({ job }) => until(job, ({ state }) => state === "running")));
  const { job, tenant } = await ordered(api, token, "queued");
  assert.equal((await read(job)).position, 4);
  const answer = await api.send("DELETE", `/jobs/${job}`, { token });
  assert.equal(((await answer.json()) as JobView).state, "cancelled");
  parts.provisioner.takes = 50;
  await Promise.all(busy.map(({ job: other }) => until(other, ({ state }) => state === "done")));
  await delay(1500);
  assert.ok(!parts.provisioner.made.some(({ id }) => id === tenant));
});

test("a fault fails the job, says nothing of its reason to the customer, and keeps the tenant's place", async () => {
  parts.provisioner.fault = new Error("engine on host-7 is away");
  const { job, tenant } = await ordered(api, token, "failed");
  const view = await until(job, ({ endedAt }) => endedAt !== null);
  parts.provisioner.fault = undefined;
  assert.equal(view.state, "failed");
  assert.ok(!JSON.stringify(view).includes("host-7"));
  const { state } = (await (await api.send("GET", `/tenants/${tenant}`, { token })).json()) as { state: string };
  assert.equal(state, "failed");
});

test("operators read the end of a fault, of which nothing is kept that the worker knows as secret", async () => {
  parts.provisioner.fault = new Error(`engine on host-7 is away; ${secret} didn't open it`);
  const { job, tenant } = await ordered(api, token, "told");
  await until(job, ({ endedAt }) => endedAt !== null);
  parts.provisioner.fault = undefined;
  const operator = await api.token("operator@example.com", ["operator:jobs"]);
  const answer = await api.send("GET", `/operator/jobs?tenant=${tenant}`, { token: operator });
  const [seen] = ((await answer.json()) as { jobs: OperatorJobView[] }).jobs;
  assert.equal(seen!.fault, "Error: engine on host-7 is away; (hidden) didn't open it");
  assert.deepEqual([seen!.address, seen!.isGone], ["told", false]);
  const { rows } = await sql<{ text: string }>`select job::text as text from job where id = ${job}`.execute(database());
  assert.ok(!rows[0]!.text.includes(secret));
});

test("an operator tries a failed job again: once, as a new job, and what the pack refused says so", async () => {
  parts.provisioner.fault = new PolicyError(["bind-address"], new Error("on host-7"));
  const { job, tenant } = await ordered(api, token, "again");
  const failed = await until(job, ({ endedAt }) => endedAt !== null);
  assert.deepEqual([failed.state, failed.failure], ["failed", "policy"]);
  const operator = await api.token("operator@example.com", ["operator:jobs"]);
  const failedJobs = async (): Promise<string[]> => {
    const answer = await api.send("GET", "/operator/failed-jobs?limit=100", { token: operator });
    return ((await answer.json()) as { jobs: JobView[] }).jobs.map(({ id }) => id);
  };
  assert.ok((await failedJobs()).includes(job));
  const retry = (id: string, as = operator) => api.send("POST", `/operator/jobs/${id}/retries`, { token: as });
  assert.equal((await retry(job, token)).status, 403);
  parts.provisioner.fault = undefined;
  const answers = await Promise.all([retry(job), retry(job)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]);
  const { id } = (await answers.find(({ status }) => status === 201)!.json()) as JobView;
  const done = await until(id, ({ endedAt }) => endedAt !== null);
  assert.deepEqual([done.state, done.failure, done.tenant], ["done", null, tenant]);
  assert.equal((await read(job)).state, "failed");
  assert.ok(!(await failedJobs()).includes(job));
  // It is over, and what came after it would be undone.
  assert.deepEqual(
    [(await retry(job)).status, (await retry(id)).status, (await retry("nosuchjob000")).status],
    [409, 409, 404],
  );
  const { state } = (await (await api.send("GET", `/tenants/${tenant}`, { token })).json()) as { state: string };
  assert.equal(state, "running");
});

/** What the automation API throws whose CLI was killed. */
async function killedCli(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-killed-cli-"));
  try {
    // Asked for its version it is Pulumi, and otherwise it dies.
    const script = `#!/bin/sh\ncase "$*" in version) echo v3.300.0 ;; *) kill -9 $$ ;; esac\n`;
    await mkdir(join(folder, "bin"));
    await writeFile(join(folder, "bin", "pulumi"), script, { mode: 0o755 });
    const pulumiCommand = await PulumiCommand.get({ root: folder });
    const workspace = await LocalWorkspace.create({ workDir: folder, pulumiCommand });
    return await workspace.whoAmI().catch((error: unknown) => error);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a job whose CLI is killed is gone on with; one whose CLI is killed again and again fails", async () => {
  const fault = await killedCli();
  assert.ok(fault instanceof Error);
  parts.provisioner.faults = [fault, new Error("what it was at", { cause: fault })];
  const { job } = await ordered(api, token, "cli-killed");
  await until(job, ({ state }) => state === "done");
  assert.deepEqual(parts.provisioner.faults, []);
  parts.provisioner.faults = Array.from({ length: 5 }, () => fault);
  const often = await ordered(api, token, "cli-killed-often");
  await until(often.job, ({ state }) => state === "failed");
  assert.equal((await read(often.job)).failure, "fault");
  // Four were met: the first and three more.
  assert.equal(parts.provisioner.faults.length, 1);
  parts.provisioner.faults = [];
});

test("ten orders at once are all made, and never two of one tenant at a time", async () => {
  const before = parts.provisioner.made.length;
  const placed = await Promise.all(Array.from({ length: 10 }, (_, index) => orderedAlone(`many${index}`)));
  await Promise.all(placed.map((job) => until(job, ({ state }) => state === "done", 40)));
  assert.equal(parts.provisioner.made.length - before, 10);
  assert.equal(parts.provisioner.mostOfOne, 1);
});

/** The mails of orders at once would be mixed up. */
let turn = Promise.resolve();
function orderedAlone(address: string): Promise<string> {
  const job = turn.then(async () => (await ordered(api, token, address)).job);
  turn = job.then(() => undefined);
  return job;
}

test("a worker that is killed in the middle is taken over within seconds of a start, and its tenant is made once", async () => {
  parts.provisioner.takes = 400;
  const { job, tenant } = await ordered(api, token, "killed");
  await until(job, ({ state }) => state === "done");
  // As a killed worker leaves it: running, and the lock gone with its process.
  const script = `
    import { connect } from "./src/database/connect.ts";
    import { withTenant } from "./src/worker/lock.ts";
    await withTenant(connect(process.env.URL), ${JSON.stringify(tenant)}, async () => {
      console.log("has it");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const holder = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    cwd: new URL("../..", import.meta.url),
    env: { ...process.env, URL: database.url() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await started(holder);
  await database().updateTable("job").set({ state: "running", ended_at: null }).where("id", "=", job).execute();
  const redelivered: string[] = [];
  const note = (delivery: string): Promise<void> => Promise.resolve(void redelivered.push(delivery));
  // It lives: nothing is taken from it, and no second one has its tenant.
  assert.equal(await takeOver(database(), note), 0);
  await assert.rejects(runJob(parts, job, AbortSignal.timeout(2500)), { name: "AbortError" });
  holder.kill("SIGKILL");
  await once(holder, "exit");
  await until(job, () => redelivered.length > 0 || (takeOver(database(), note), false), 15);
  const { delivery_id: delivery } = await database()
    .selectFrom("job")
    .select("delivery_id")
    .where("id", "=", job)
    .executeTakeFirstOrThrow();
  assert.deepEqual([...new Set(redelivered)], [delivery]);
  await runJob(parts, job, new AbortController().signal);
  assert.equal((await read(job)).state, "done");
  // Phases that it came to before aren't told twice.
  assert.equal((await read(job)).phases.filter(({ phase }) => phase === "database").length, 1);
  // Killed before it noted that it has begun, or after it noted the end: the queue alone knows that it had it.
  assert.equal(await takeOver(database(), note), 0);
  const inQueue = (state: string) =>
    sql`update pgboss.job set state = ${state}::pgboss.job_state where id = ${delivery}`;
  await inQueue("active").execute(database());
  assert.equal(await takeOver(database(), note), 1);
  await inQueue("completed").execute(database());
  assert.equal(await withTenant(database(), tenant, () => Promise.resolve()), true);
});

test("a job that is cancelled as it comes to its end is removed all the same: its customer was told so", async () => {
  const { job, tenant } = await ordered(api, token, "cancelled-late");
  const cancelled = parts.provisioner.made.length;
  parts.provisioner.finishing = async (id) => {
    if (id === tenant) {
      assert.equal((await api.send("DELETE", `/jobs/${job}`, { token })).status, 200);
    }
  };
  const view = await until(job, ({ endedAt }) => endedAt !== null);
  parts.provisioner.finishing = undefined;
  assert.equal(parts.provisioner.made.length, cancelled + 1);
  assert.equal(view.state, "cancelled");
  assert.ok(parts.provisioner.removed.includes(tenant));
  assert.equal((await api.send("GET", `/tenants/${tenant}`, { token })).status, 404);
});

test("a job that the queue has lost is queued anew, and one that it gave to workers as often as may be fails, and can be tried again", async () => {
  let release = (): void => undefined;
  parts.provisioner.held = new Promise((resolve) => (release = resolve));
  // A place of its own, so that no worker has them yet.
  const busy = await Promise.all(Array.from({ length: 4 }, (_, index) => orderedAlone(`occupied${index}`)));
  await Promise.all(busy.map((one) => until(one, ({ state }) => state === "running")));
  const lost = await ordered(api, token, "lost");
  const worn = await ordered(api, token, "worn");
  const deliveryOf = async (job: string): Promise<string> =>
    (await database().selectFrom("job").select("delivery_id").where("id", "=", job).executeTakeFirstOrThrow())
      .delivery_id;
  const before = await deliveryOf(lost.job);
  await sql`delete from pgboss.job where id = ${before}`.execute(database());
  await sql`update pgboss.job set state = 'failed' where id = ${await deliveryOf(worn.job)}`.execute(database());
  await mendDeliveries(parts);
  assert.notEqual(await deliveryOf(lost.job), before);
  assert.deepEqual(((view) => [view.state, view.failure])(await read(worn.job)), ["failed", "fault"]);
  // All is well now, and nothing is mended twice.
  const after = await deliveryOf(lost.job);
  await mendDeliveries(parts);
  assert.equal(await deliveryOf(lost.job), after);
  parts.provisioner.held = undefined;
  release();
  await until(lost.job, ({ state }) => state === "done", 40);
  const operator = await api.token("operator@example.com", ["operator:jobs"]);
  const retry = await api.send("POST", `/operator/jobs/${worn.job}/retries`, { token: operator });
  assert.equal(retry.status, 201);
  await until(((await retry.json()) as JobView).id, ({ state }) => state === "done");
});

test("whether a worker is there is said to everybody, and nothing else", async () => {
  const asked = async (): Promise<[number, string]> => {
    const answer = await api.raw("/api/worker");
    return [answer.status, await answer.text()];
  };
  assert.deepEqual(await asked(), [200, "here"]);
  await queue!.close();
  queue = undefined;
  for (const deadline = Date.now() + 10_000; (await asked())[0] !== 503; await delay(100)) {
    assert.ok(Date.now() < deadline, "it counts as there");
  }
  assert.deepEqual(await asked(), [503, "away"]);
});
