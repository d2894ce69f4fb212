/** A disk that is full and an engine that is away, with real ones: what a customer and an operator read of it, and that another try goes on. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { JobView } from "../../src/jobs/jobs.ts";
import type { OperatorJobView } from "../../src/jobs/operatorJobs.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { refusal, TestApi } from "../support/api.ts";
import { EngineObjects } from "../support/engineObjects.ts";
import { ordered, untilJob } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { RealWorkers } from "../support/realWorkers.ts";

const environment = "test-portal-outages";
const settings = {
  plans: { starter: { price: 1900, currency: "EUR" } },
  slots: { local: { from: 584, to: 587 } },
};
const engine = new EngineObjects(environment);
const database = portalDatabase({ begin, end });
/** A disk of its own, on which the worker has its states and its settings. */
const disk = mkdtempSync(join(tmpdir(), "odoo-fleet-portal-disk-"));
const filler = join(disk, "filler");
const socket = join(tmpdir(), `odoo-fleet-portal-engine-${process.pid}.sock`);
/** A disk is mounted by root alone. */
const skip = process.getuid?.() === 0 ? false : "it mounts a disk, which needs root";
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
let operator: string;
let workers: RealWorkers;
let worker: ChildProcess;
let proxy: EngineProxy;

/** The engine's endpoint, behind a socket that can go away. */
class EngineProxy {
  private server: Server | undefined;
  private readonly open = new Set<Socket>();

  async listen(): Promise<void> {
    this.server = createServer((client) => {
      const there = connect("/var/run/docker.sock");
      for (const [one, other] of [
        [client, there],
        [there, client],
      ] as const) {
        this.open.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => this.open.delete(one));
        one.pipe(other);
      }
    });
    await new Promise<void>((done) => this.server!.listen(socket, done));
  }

  async goAway(): Promise<void> {
    const closed = new Promise((done) => this.server?.close(done));
    this.open.forEach((one) => one.destroy());
    await closed;
  }
}

async function begin(): Promise<void> {
  if (skip) {
    return;
  }
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]);
  queue = await TenantQueue.open(database.url(), false);
  api = new TestApi(database(), settings, queue, disk);
  token = await api.token("outages@example.com");
  operator = await api.token("operator@example.com", ["operator:jobs"]);
  proxy = new EngineProxy();
  await proxy.listen();
  const before = { TMPDIR: process.env["TMPDIR"], DOCKER_HOST: process.env["DOCKER_HOST"] };
  try {
    process.env["TMPDIR"] = disk;
    workers = new RealWorkers(environment, "10.252.0.0/16", database.url(), settings);
    // Of its programs the files that only pass through them aren't what is tried here.
    restore({ TMPDIR: before.TMPDIR });
    process.env["DOCKER_HOST"] = `unix://${socket}`;
    worker = await workers.start();
  } finally {
    restore(before);
  }
}

function restore(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
}

async function end(): Promise<void> {
  if (skip) {
    rmSync(disk, { recursive: true });
    return;
  }
  await workers.end();
  await proxy.goAway();
  await queue?.close();
  await engine.remove();
  execFileSync("umount", [disk]);
  rmSync(disk, { recursive: true });
}

/** Writes until nothing more can be. */
function fill(): void {
  const file = openSync(filler, "w");
  try {
    for (const piece of [Buffer.alloc(2 ** 20), Buffer.alloc(4096), Buffer.alloc(1)]) {
      try {
        for (;;) {
          writeSync(file, piece);
        }
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
      }
    }
  } finally {
    closeSync(file);
  }
}

const over = ({ endedAt }: JobView): boolean => endedAt !== null;

/** What a customer reads of a job that failed, and an operator. */
async function told(job: string): Promise<{ customer: JobView; operator: OperatorJobView }> {
  const customer = await untilJob(api, token, job, over, 180);
  assert.equal(customer.state, "failed");
  const { jobs } = (await (await api.send("GET", "/operator/failed-jobs", { token: operator })).json()) as {
    jobs: OperatorJobView[];
  };
  return { customer, operator: jobs.find(({ id }) => id === job)! };
}

/** Has an operator try a job once more. @returns its id. */
async function again(job: string): Promise<string> {
  const answer = await api.send("POST", `/operator/jobs/${job}/retries`, { token: operator });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { id: string }).id;
}

test(
  "an engine that is away fails a job, of which an operator reads which endpoint doesn't answer; once it is back, another try makes the tenant",
  { skip },
  async () => {
    await proxy.goAway();
    const { tenant, job } = await ordered(api, token, "enginegone", { plan: "starter" });
    const { customer, operator: shown } = await told(job);
    assert.deepEqual([customer.failure, JSON.stringify(customer).includes(socket)], ["fault", false]);
    assert.match(shown.fault!, /engine|docker/i);
    assert.ok(shown.fault!.includes(socket), shown.fault!);
    assert.deepEqual(await engine.names(tenant), []);
    assert.equal(worker.exitCode, null);
    await proxy.listen();
    const { state } = await untilJob(api, token, await again(job), over, 240);
    assert.equal(state, "done");
  },
);

test(
  "a disk that is full fails a job, of which an operator reads so; nothing is left of what was begun, and another try makes the tenant once there is room",
  { skip },
  async () => {
    fill();
    const { tenant, job } = await ordered(api, token, "diskfull", { plan: "starter" });
    const { customer, operator: shown } = await told(job);
    assert.deepEqual([customer.failure, JSON.stringify(customer).includes(disk)], ["fault", false]);
    assert.match(shown.fault!, /no space left on device/i);
    assert.equal(worker.exitCode, null);
    // A customer who wants an export reads that there is no room for one.
    const { tenants } = (await (await api.send("GET", "/tenants", { token })).json()) as {
      tenants: { id: string; address: string }[];
    };
    const there = tenants.find(({ address }) => address === "enginegone")!;
    const refused = await refusal(api.send("POST", `/tenants/${there.id}/exports`, { token }));
    assert.match(refused, /^409 .*no room for an export now; ask the provider, or try again later/);
    rmSync(filler);
    const { state } = await untilJob(api, token, await again(job), over, 240);
    assert.equal(state, "done");
    assert.equal((await engine.names(tenant)).length, (await engine.names(there.id)).length);
  },
);
