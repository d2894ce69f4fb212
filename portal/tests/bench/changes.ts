/**
 * Measures how long a change of one instance takes among two of the portal and among a thousand, on the real engine, and prints the figures as one line of
 * JSON: `tools/bench.sh orders` runs it on the portal's Node.js.
 */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { connect } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrate.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { TestApi } from "../support/api.ts";
import { EngineObjects } from "../support/engineObjects.ts";
import { ordered, untilJob } from "../support/orders.ts";
import { Postgres } from "../support/postgres.ts";
import { RealWorkers } from "../support/realWorkers.ts";
import { at } from "./stats.ts";

/** Changes of each size of the portal, and how many instances the larger one has. */
const [rounds, many] = [5, 1000];

const environment = "test-bench-changes";
/** Slot of the first of the two that are made; the others have those around. */
const firstSlot = 960;
const price = { price: 1900, currency: "EUR" };
const settings = {
  plans: { starter: price, basic: price },
  slots: { local: { from: firstSlot, to: firstSlot + 1 } },
};

const postgres = await Postgres.start();
const engine = new EngineObjects(environment);
const database = connect(postgres.url);
const workers = new RealWorkers(environment, "10.242.0.0/16", postgres.url, settings);
let queue: TenantQueue | undefined;

/** Removes all of it, also when the benchmark is ended. */
let ended: Promise<void> | undefined;
const end = (): Promise<void> => (ended ??= endAll());
async function endAll(): Promise<void> {
  await workers.end();
  await queue?.close();
  await database.destroy();
  await engine.remove();
  await postgres.stop();
}
process.once("SIGINT", () => void end().finally(() => process.exit(130)));

/** Adds instances as they are once they were made: a row each, and a state as that of one that is there. */
async function addOthers(like: string, count: number): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    insert into tenant (id, customer_id, address, company, plan, odoo_version, made_state, ready_at, host, slot)
    select 't' || lpad(number::text, 11, '0'), customer_id, 'other' || number, 'Other Ltd', 'starter', '19.0', 'running', now(), 'local',
      case when number <= ${firstSlot} then number - 1 else number + 1 end
    from tenant, generate_series(1, ${count}) number where tenant.id = ${like} returning id`.execute(database);
  const states = join(workers.folder, "state", ".pulumi", "stacks", "odoo-fleet-portal");
  for (const { id } of rows) {
    copyFileSync(join(states, `${like}.json`), join(states, `${id}.json`));
  }
}

try {
  await migrate(database);
  queue = await TenantQueue.open(postgres.url, false);
  const api = new TestApi(database, settings, queue);
  const token = await api.token("bench@example.com");
  const done = async (job: string): Promise<void> => {
    const { state } = await untilJob(api, token, job, ({ endedAt }) => endedAt !== null, 300);
    if (state !== "done") {
      throw new Error(`job ${job} is ${state}; its reason is above`);
    }
  };
  await workers.start();
  const first = await ordered(api, token, "first", { plan: "starter" });
  await done(first.job);
  const second = await ordered(api, token, "second", { plan: "starter" });
  await done(second.job);

  let plan = "starter";
  /** Seconds of a change of the plan until its job is done, the median of some. */
  const change = async (): Promise<number> => {
    const taken: number[] = [];
    for (let round = 0; round < rounds; round++) {
      plan = plan === "starter" ? "basic" : "starter";
      const since = performance.now();
      const answer = await api.send("PUT", `/tenants/${first.tenant}/plan`, {
        token,
        body: { plan, isDowntimeAccepted: true },
      });
      const { job } = (await answer.json()) as { job: string };
      await done(job);
      taken.push((performance.now() - since) / 1000);
    }
    return at(taken, 0.5);
  };
  const ofTwo = await change();
  await addOthers(second.tenant, many - 2);
  const ofMany = await change();
  const figures = {
    "portal.change2.seconds": ofTwo,
    "portal.change1000.seconds": ofMany,
    "portal.change1000.ratio": ofMany / ofTwo,
  };
  console.log(JSON.stringify(figures));
} finally {
  await end();
}
