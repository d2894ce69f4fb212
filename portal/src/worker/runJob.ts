import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { RestoreError } from "odoo-fleet";
import { isDatabaseAway } from "../database/away.ts";
import type { Database } from "../database/connect.ts";
import type { JobFailure, JobKind } from "../database/schema.ts";
import { endCancelled } from "../jobs/jobs.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { recordJob } from "../jobs/queueJobs.ts";
import { queueDue } from "../lifecycle/queueDue.ts";
import { lockPlaces } from "../orders/slots.ts";
import type { Settings } from "../settings.ts";
import { noteUsage } from "../usage/spans.ts";
import { emit, emitDone } from "../webhooks/events.ts";
import type { ExportPlace } from "./exportWork.ts";
import { faultText } from "./faults.ts";
import { isKilledCli, mostKillsOfOneJob } from "./killedCli.ts";
import { TenantBusyError, withTenant } from "./lock.ts";
import { phaseReporter } from "./phases.ts";
import { PolicyError } from "./policyPack.ts";
import type { Provisioner } from "./provisioner.ts";
import { type Outcome, specOf, type Work, workOf } from "./work.ts";

/** What a worker works with. */
export interface WorkerParts {
  readonly database: Database;
  readonly settings: Settings;
  readonly queue: JobQueue;
  readonly provisioner: Provisioner;
  /** Where exports are for the web process; without, they fail. */
  readonly exports?: ExportPlace | undefined;
  /** What must not be read in a fault that is kept; what looks like a secret is masked anyway. None by default. */
  readonly secrets?: readonly string[] | undefined;
  /** The clock that lifecycles go by; by default the machine's. */
  readonly now?: () => Date;
}

/** A job that a worker has. */
interface Job {
  readonly id: string;
  readonly tenant: string;
  readonly kind: JobKind;
}

/** Milliseconds between two looks whether a job is to end, or whether its tenant is free. */
const lookEvery = 1000;

/** Looks whether a tenant is free before its job is given back to the queue, which delivers it so often and no more. */
const looksForTenant = 60;

/**
 * Does a job, or goes on with it where a worker died.
 *
 * @param signal pg-boss's: the job is somebody else's now, or this process ends. The job stays as it is, and is delivered again.
 * @throws TenantBusyError when another worker has its tenant, and what the signal says.
 */
export async function runJob(parts: WorkerParts, id: string, signal: AbortSignal): Promise<void> {
  const { database } = parts;
  const row = await database.selectFrom("job").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row || !isUnfinished(row.state)) {
    return;
  }
  const job: Job = { id, tenant: row.tenant_id, kind: row.kind };
  for (let left = looksForTenant; left > 0; left--) {
    const wasOurs = await withTenant(database, job.tenant, async (lost) => {
      // Whoever had the lock before may have finished it.
      if (await begin(database, job)) {
        await carryOut(parts, job, AbortSignal.any([signal, lost]));
      }
    });
    if (wasOurs) {
      return;
    }
    await delay(lookEvery, undefined, { signal });
  }
  throw new TenantBusyError(job.tenant);
}

function isUnfinished(state: string): boolean {
  return state === "queued" || state === "running";
}

async function begin(database: Database, job: Job): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const begun = await transaction
      .updateTable("job")
      .set({ state: "running", started_at: sql<Date>`coalesce(started_at, now())` })
      .where("id", "=", job.id)
      .where("state", "in", ["queued", "running"])
      .returning(sql<boolean>`started_at = now()`.as("isFirst"))
      .executeTakeFirst();
    if (begun?.isFirst) {
      await recordJob(transaction, "worker", job, "started");
    }
    return begun !== undefined;
  });
}

async function carryOut(parts: WorkerParts, job: Job, signal: AbortSignal): Promise<void> {
  const { database, provisioner } = parts;
  const { id, tenant, kind } = job;
  const report = phaseReporter(database, id);
  const cancelled = new AbortController();
  const looking = setInterval(() => {
    isToEnd(database, id).then(
      (is) => is && cancelled.abort(),
      (error: Error) => console.error(`job ${id}: whether it is to end wasn't looked for: ${error.message}`),
    );
  }, lookEvery);
  let outcome: Outcome | undefined;
  try {
    if (!(await isToEnd(database, id))) {
      const either = AbortSignal.any([signal, cancelled.signal]);
      outcome = await goingOn(parts, { tenant, kind, report: report.add, signal: either });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (isDatabaseAway(error)) {
      // Nothing is known to be wrong with the tenant. The queue delivers the job again.
      throw error;
    }
    if (!cancelled.signal.aborted) {
      // Of a customer's job the reason is the operator's to read; it may name hosts. Here it is whole: who reads the log is on the worker's machine.
      console.error(`job ${id} of tenant ${tenant} failed:`, error);
      await report.settled();
      await endFailed(parts, job, failureOf(error), faultText(error, parts.secrets ?? []));
      return;
    }
  } finally {
    clearInterval(looking);
  }
  await report.settled();
  if (outcome && (await endDone(parts, job, outcome))) {
    return;
  }
  await provisioner.removeUnserved(await specOf(database, tenant));
  await report.settled();
  await database.transaction().execute(async (transaction) => {
    await lockPlaces(transaction);
    await endCancelled(transaction, parts.settings, parts.queue, "worker", job);
  });
}

/** Does what a job is for, and goes on with it where a CLI was killed. */
async function goingOn(parts: WorkerParts, work: Work): Promise<Outcome> {
  for (let left = mostKillsOfOneJob; ; left--) {
    try {
      return await workOf(parts, work);
    } catch (error) {
      if (left === 0 || work.signal.aborted || !isKilledCli(error)) {
        throw error;
      }
      console.error(`the CLI that was at tenant ${work.tenant} was killed; its job (${work.kind}) is gone on with`);
    }
  }
}

async function isToEnd(database: Database, id: string): Promise<boolean> {
  const row = await database.selectFrom("job").select("cancel_requested_at").where("id", "=", id).executeTakeFirst();
  return row !== undefined && row.cancel_requested_at !== null;
}

/** @returns whether it is; not where its customer has cancelled it while it came to its end: he was told that it goes. */
async function endDone(parts: WorkerParts, job: Job, { phase, note }: Outcome): Promise<boolean> {
  const { database, queue, now = () => new Date() } = parts;
  return database.transaction().execute(async (transaction) => {
    await lockPlaces(transaction);
    if (await isToEnd(transaction, job.id)) {
      return false;
    }
    await note(transaction, now());
    await noteUsage(transaction, job.tenant, now());
    await transaction.insertInto("job_event").values({ job_id: job.id, phase }).execute();
    await transaction
      .updateTable("job")
      .set({ state: "done", ended_at: sql<Date>`now()` })
      .where("id", "=", job.id)
      .execute();
    await recordJob(transaction, "worker", job, "done");
    await emitDone(transaction, job, now());
    // What was changed meanwhile, or follows from it, isn't left to wait for the next look.
    await queueDue(transaction, queue, job.tenant, now());
    return true;
  });
}

function failureOf(error: unknown): JobFailure {
  return error instanceof PolicyError ? "policy" : error instanceof RestoreError ? "restore" : "fault";
}

/** Notes that a job failed, and tells whoever is told. @param fault what operators read of it, without secrets. */
export async function endFailed(
  parts: Pick<WorkerParts, "database" | "now">,
  job: Job,
  failure: JobFailure,
  fault: string,
): Promise<void> {
  const { database, now = () => new Date() } = parts;
  await database.transaction().execute(async (transaction) => {
    await transaction
      .updateTable("job")
      .set({ state: "failed", failure, fault, ended_at: sql<Date>`now()` })
      .where("id", "=", job.id)
      .execute();
    await recordJob(transaction, "worker", job, "failed", { failure });
    await emit(transaction, "job.failed", { tenant: job.tenant, job: job.id }, now());
  });
}
