import { fromKysely, PgBoss } from "pg-boss";
import type { Database } from "../database/connect.ts";
import { workersName } from "./workerSigns.ts";

/** Names of pg-boss's queues: what is done to tenants, and who is told of it. */
const [queue, webhooks] = ["tenants", "webhooks"];

/** What is delivered: the job's id. All else is in the table `job`. */
interface Delivery {
  readonly job: string;
}

/** What is delivered of the other queue: the id of a webhook that something is due of. */
interface Telling {
  readonly webhook: string;
}

/** Seconds between two signs of life of a worker; without one, pg-boss gives its job to another. */
const heartbeatSeconds = 10;

/** How often a job is delivered again whose worker ended in the middle of it, after how many seconds at first, and at last. */
const retries = { retryLimit: 20, retryDelay: 1, retryBackoff: true, retryDelayMax: 60 };

/** Milliseconds between two lines of a log about what the queue can't do. */
const sayEvery = 5000;

/** Puts jobs into the queue, and takes them out again. */
export interface JobQueue {
  /**
   * Enqueues a job, once the transaction is through and not otherwise.
   *
   * @param tenant of which there is one job at a time.
   * @param isLong whether it may take a day, and not an hour.
   * @returns the id of its delivery.
   */
  enqueue(transaction: Database, job: string, tenant: string, isLong?: boolean): Promise<string>;
  /** Takes a job out that no worker has. */
  withdraw(transaction: Database, delivery: string): Promise<void>;
}

/** The queue in the portal's own database, in pg-boss's schema. */
export class TenantQueue implements JobQueue {
  private readonly boss: PgBoss;

  private constructor(boss: PgBoss) {
    this.boss = boss;
  }

  /**
   * Connects, and makes the queue if there is none.
   *
   * @param isWorker whether this process takes jobs, and so looks after those of workers that died.
   */
  static async open(url: string, isWorker: boolean): Promise<TenantQueue> {
    const boss = new PgBoss({
      connectionString: url,
      application_name: isWorker ? workersName : "odoo-fleet-portal-jobs",
      max: isWorker ? 4 : 2,
      schedule: false,
      supervise: isWorker,
      superviseIntervalSeconds: heartbeatSeconds,
      monitorIntervalSeconds: heartbeatSeconds,
    });
    let saidAt = -Infinity;
    boss.on("error", (error) => {
      // While the database is away each of its workers asks twice a second.
      if (performance.now() - saidAt > sayEvery) {
        saidAt = performance.now();
        console.error(`the queue: ${error.message}`);
      }
    });
    await boss.start();
    const settings = {
      heartbeatSeconds,
      // The slowest `up` builds images; a last backup and its proof are given more.
      expireInSeconds: 3600,
      ...retries,
    };
    await boss.createQueue(queue, { policy: "stately", ...settings });
    // One that was made by an earlier release.
    await boss.updateQueue(queue, settings);
    // One at a time for a webhook. What isn't told stays due, and is queued again: nothing here has to be tried again.
    await boss.createQueue(webhooks, {
      policy: "stately",
      heartbeatSeconds,
      expireInSeconds: 1800,
      retryLimit: 0,
      deleteAfterSeconds: 3600,
    });
    return new TenantQueue(boss);
  }

  async enqueue(transaction: Database, job: string, tenant: string, isLong = false): Promise<string> {
    const delivery: Delivery = { job };
    const id = await this.boss.send(queue, delivery, {
      singletonKey: tenant,
      db: fromKysely(transaction),
      ...(isLong && { expireInSeconds: 86_400 }),
    });
    if (id === null) {
      throw new Error(`tenant ${tenant} has a job in the queue`);
    }
    return id;
  }

  async withdraw(transaction: Database, delivery: string): Promise<void> {
    await this.boss.cancel(queue, delivery, { db: fromKysely(transaction) });
  }

  /** Delivers a job again at once, whose worker is known to have ended. */
  async redeliver(delivery: string): Promise<void> {
    await this.boss.fail(queue, delivery, { reason: "its worker ended" });
  }

  /**
   * Takes jobs, as long as the process lives. A handler that throws has its job delivered again.
   *
   * @param atOnce most jobs at the same time.
   */
  async work(atOnce: number, handler: (job: string, signal: AbortSignal) => Promise<void>): Promise<void> {
    const options = { localConcurrency: atOnce, pollingIntervalSeconds: 0.5 };
    await this.boss.work<Delivery>(queue, options, async ([delivered]) => {
      await handler(delivered!.data.job, delivered!.signal);
    });
  }

  /** Has a webhook told what is due, unless that is queued already. */
  async tell(webhook: string): Promise<void> {
    const telling: Telling = { webhook };
    await this.boss.send(webhooks, telling, { singletonKey: webhook });
  }

  /**
   * Tells webhooks, as long as the process lives.
   *
   * @param atOnce most webhooks at the same time.
   */
  async workWebhooks(atOnce: number, handler: (webhook: string, signal: AbortSignal) => Promise<void>): Promise<void> {
    const options = { localConcurrency: atOnce, pollingIntervalSeconds: 1 };
    await this.boss.work<Telling>(webhooks, options, async ([told]) => {
      await handler(told!.data.webhook, told!.signal);
    });
  }

  /** Ends; jobs that are under way are waited for. */
  async close(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: 60_000 });
  }
}
