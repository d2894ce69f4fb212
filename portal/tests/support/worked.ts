import type { Resolver } from "node:dns/promises";
import type { Database } from "../../src/database/connect.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { runJob, type WorkerParts } from "../../src/worker/runJob.ts";
import { TestApi } from "./api.ts";
import type { FakeProvisioner } from "./fakeProvisioner.ts";
import { testSettings } from "./settings.ts";

/** The API and a worker that meet in a database, as they do in the product. */
export interface Worked {
  readonly queue: TenantQueue;
  readonly api: TestApi;
  readonly parts: WorkerParts;
}

/** What differs between tests. */
interface WorkedOptions {
  readonly database: (() => Database) & { readonly url: () => string };
  readonly provisioner: FakeProvisioner;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The clock of both; by default the machine's. */
  readonly now?: () => Date;
  /** Jobs that are carried out at once. */
  readonly atOnce?: number;
  /** Who is asked for domains; by default the machine's. */
  readonly resolver?: Resolver;
}

/** Begins both. The queue is to be closed before the database goes. */
export async function begunWork({
  database,
  provisioner,
  settings = {},
  now = () => new Date(),
  atOnce = 2,
  resolver,
}: WorkedOptions): Promise<Worked> {
  const queue = await TenantQueue.open(database.url(), true);
  const api = new TestApi(database(), settings, queue, undefined, resolver);
  api.now = now;
  const parts = { database: database(), settings: testSettings(settings), queue, provisioner, now };
  await queue.work(atOnce, (job, signal) => runJob(parts, job, signal));
  return { queue, api, parts };
}
