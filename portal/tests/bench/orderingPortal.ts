import { connect, type Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrate.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { TestApi } from "../support/api.ts";
import { EngineObjects } from "../support/engineObjects.ts";
import { untilJob } from "../support/orders.ts";
import { Postgres } from "../support/postgres.ts";
import { RealWorkers } from "../support/realWorkers.ts";

/** A portal that makes what is ordered on the real engine: its database, its API and a worker as they run, and a customer of it. */
export interface OrderingPortal {
  readonly database: Database;
  readonly api: TestApi;
  /** The customer's, for the API. */
  readonly token: string;
  readonly engine: EngineObjects;
  readonly workers: RealWorkers;
  /** Waits until a job is done. @throws when it failed. */
  readonly done: (job: string) => Promise<void>;
}

/**
 * Runs something on a portal, and removes all of it then, also when the process is interrupted.
 *
 * @param environment of what is ordered.
 * @param settings the portal's.
 */
export async function onOrderingPortal<T>(
  environment: string,
  settings: Readonly<Record<string, unknown>>,
  use: (portal: OrderingPortal) => Promise<T>,
): Promise<T> {
  const postgres = await Postgres.start();
  const engine = new EngineObjects(environment);
  const database = connect(postgres.url);
  const workers = new RealWorkers(environment, "10.242.0.0/16", postgres.url, settings);
  let queue: TenantQueue | undefined;
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
    return await use({ database, api, token, engine, workers, done });
  } finally {
    await end();
  }
}
