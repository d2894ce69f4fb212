/**
 * SIGKILL of the worker, of its CLI and of both, at random moments of orders: in `make proofs` alone. worker.test.ts has a kill of each
 * for everybody.
 */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { JobView } from "../../src/jobs/jobs.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { TestApi } from "../support/api.ts";
import { EngineObjects } from "../support/engineObjects.ts";
import { ordered, untilJob } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { clisOf, descendants, RealWorkers } from "../support/realWorkers.ts";

const kills = Number(process.env["KILLS"] ?? 20);
/** The second one meets what takes over from the first. */
const killsOfOne = 2;
/** Promised from a worker's start on, or from the end of a CLI whose worker lives; milliseconds. */
const takenOverWithin = 15_000;
const victims = ["worker", "CLI", "both"] as const;
/** What an order's making takes, milliseconds; as an undisturbed one took. */
let making: number;

const environment = "test-portal-kills";
const slots = { local: { from: 560, to: 579 } };
const plans = { starter: { price: 1900, currency: "EUR" } };
const engine = new EngineObjects(environment);
/** Repeats a run's choice of victims and moments: it is printed. */
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
let state = seed;

/** A number from 0 to 1 that follows from the seed: Park and Miller's generator. */
function random(): number {
  state = ((state + 1) * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

/** Victims that are still to be drawn: each three have one of each. */
let bag: (typeof victims)[number][] = [];
function draw(): (typeof victims)[number] {
  bag = bag.length > 0 ? bag : [...victims];
  return bag.splice(Math.floor(random() * bag.length), 1)[0]!;
}

const over = ({ endedAt }: JobView): boolean => endedAt !== null;

/** The portal's side, and the worker that runs now. */
class Running {
  readonly api: TestApi;
  readonly token: string;
  readonly workers: RealWorkers;
  worker!: ChildProcess;

  constructor(api: TestApi, token: string, workers: RealWorkers) {
    this.api = api;
    this.token = token;
    this.workers = workers;
  }

  view(job: string): Promise<JobView> {
    return untilJob(this.api, this.token, job, () => true, 1);
  }

  /** Kills what is named, and has it running again. @returns what was killed, and how soon somebody went on. */
  async kill(victim: (typeof victims)[number], order: { tenant: string; job: string }): Promise<string> {
    const clis = await this.clis(victim, order.job);
    const whole = descendants(this.worker.pid!);
    const ended = once(this.worker, "exit");
    if (victim !== "CLI") {
      this.worker.kill("SIGKILL");
    }
    // Alone, it leaves its plugins behind, as a kernel without memory does; with its worker, as a manager of services ends both.
    const others = victim === "both" ? whole.map(({ pid }) => pid) : victim === "CLI" ? clis : [];
    others.forEach((pid) => kill(pid));
    const { phases } = await this.view(order.job);
    let since = Date.now();
    if (victim !== "CLI") {
      await ended;
      since = Date.now();
      this.worker = await this.workers.start();
    }
    for (; !(await this.goesOn(order, clis)); await delay(100)) {
      assert.ok(Date.now() - since < takenOverWithin, `nobody goes on with ${order.tenant}`);
    }
    return `${victim} after ${phases.at(-1)?.phase ?? "nothing"}, taken over within ${((Date.now() - since) / 1000).toFixed(1)} s`;
  }

  /** The CLIs that run. Between two there is none: a kill of one waits for the next. */
  private async clis(victim: (typeof victims)[number], job: string): Promise<number[]> {
    let found = clisOf(this.worker);
    while (victim === "CLI" && found.length === 0 && !over(await this.view(job))) {
      await delay(20);
      found = clisOf(this.worker);
    }
    return found;
  }

  /** Whether the job is over, or a CLI that is none of the former has the tenant's stack for the worker that runs. */
  private async goesOn({ tenant, job }: { tenant: string; job: string }, former: readonly number[]): Promise<boolean> {
    const pid = this.workers.cliAt(this.worker, tenant);
    return (pid !== undefined && !former.includes(pid)) || over(await this.view(job));
  }

  /** Stacks that there are. */
  stacks(): string[] {
    return readdirSync(join(this.workers.folder, "state/.pulumi/stacks/odoo-fleet-portal"))
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -".json".length))
      .sort();
  }

  async statusOf(tenant: string): Promise<number> {
    const { url } = (await (await this.api.send("GET", `/tenants/${tenant}`, { token: this.token })).json()) as {
      url: string;
    };
    return (await fetch(`${url}/web/login`)).status;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself.
    assert.equal((error as NodeJS.ErrnoException).code, "ESRCH");
  }
}

if (process.env["ODOO_FLEET_PROOFS"] === "1") {
  let running: Running;
  let queue: TenantQueue | undefined;
  const database = portalDatabase({
    begin: async () => {
      queue = await TenantQueue.open(database.url(), false);
      const api = new TestApi(database(), { plans, slots }, queue);
      const workers = new RealWorkers(environment, "10.243.0.0/16", database.url(), { plans, slots });
      running = new Running(api, await api.token("kills@example.com"), workers);
    },
    end: async () => {
      await running.workers.end();
      await queue?.close();
      await engine.remove();
    },
  });

  const title = `${kills} kills at random moments: each is taken over, nothing is there twice, and each tenant serves`;
  test(title, { timeout: 1_500_000 }, async () => {
    console.log(`kills: SEED=${seed}`);
    running.worker = await running.workers.start();
    const { api, token } = running;
    const order = (address: string) => ordered(api, token, address, { plan: "starter" });
    // The first builds the image, if nobody has; the second is the measure.
    const warm = await order("warm");
    assert.equal((await untilJob(api, token, warm.job, over, 280)).state, "done");
    const parts = await engine.parts(warm.tenant);
    await engine.remove(warm.tenant);
    const asked = Date.now();
    const whole = await order("whole");
    assert.equal((await untilJob(api, token, whole.job, over, 120)).state, "done");
    making = Date.now() - asked;
    await engine.remove(whole.tenant);
    console.log(`kills: an order takes ${(making / 1000).toFixed(1)} s`);

    const tenants = [warm.tenant, whole.tenant];
    for (let number = 0; number < kills;) {
      const killed = await order(`killed${number}`);
      tenants.push(killed.tenant);
      for (let turn = 0; turn < killsOfOne && number < kills; turn++, number++) {
        const victim = draw();
        const moment = random() * making;
        await delay(moment);
        console.log(`kills: ${number + 1}, at ${(moment / 1000).toFixed(1)} s: ${await running.kill(victim, killed)}`);
      }
      const { state } = await untilJob(api, token, killed.job, over, 240);
      assert.equal(state, "done");
      assert.equal(await running.statusOf(killed.tenant), 200);
      assert.deepEqual(await engine.parts(killed.tenant), parts);
      // Nor of anybody else's, nor of what a run that was killed has begun.
      assert.deepEqual(await engine.names(), await engine.names(killed.tenant));
      assert.deepEqual(running.stacks(), tenants.toSorted());
      assert.deepEqual(running.workers.locks(killed.tenant), []);
      await engine.remove(killed.tenant);
    }
    const places = await database().selectFrom("tenant").select(["id", "host", "slot"]).execute();
    assert.deepEqual(places.map(({ id }) => id).sort(), tenants.toSorted());
    assert.equal(new Set(places.map(({ slot }) => slot)).size, places.length);
  });
}
