import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import type { JobFailure, JobKind } from "../database/schema.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces, serveWaiting, withdraw } from "../orders/slots.ts";
import type { Settings } from "../settings.ts";
import type { JobQueue } from "./queue.ts";
import { recordJob } from "./queueJobs.ts";

/** Phases of jobs, in their sequence; each may be left out, and a job ends with one of the last five. */
export const phases = [
  ...(["preparing", "backup", "restoring", "packing", "images", "database", "odoo", "entry"] as const),
  ...(["ready", "suspended", "removed", "deleted", "erased"] as const),
] as const;

/** One of `phases`. */
export type Phase = (typeof phases)[number];

/** A job as its customer sees it. */
export interface JobView {
  readonly id: string;
  /** Whose it is; of a job of a staging copy the tenant that it is a copy of. */
  readonly tenant: string;
  readonly kind: JobKind;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Why it failed, as far as it is a customer's to know; null unless it did. */
  readonly failure: JobFailure | null;
  /** Jobs before this one; null when it isn't queued. */
  readonly position: number | null;
  /** Whether it is to end before it is done. */
  readonly isCancelling: boolean;
  /** What it came to, the first first. */
  readonly phases: readonly PhaseView[];
}

/** A phase that a job came to. */
export interface PhaseView {
  /** Rises within a job. */
  readonly id: string;
  readonly phase: string;
  readonly at: string;
}

/** Whether something was done, or is to be done, for an order: then it ends by its job. */
export async function hasJob(database: Database, order: string): Promise<boolean> {
  const found = await database
    .selectFrom("job")
    .innerJoin("order", "order.tenant_id", "job.tenant_id")
    .select("job.id")
    .where("order.id", "=", order)
    .executeTakeFirst();
  return found !== undefined;
}

/** One job of a customer; undefined when there is none, or when it is somebody else's. */
export async function readJob(database: Database, customer: string, id: string): Promise<JobView | undefined> {
  const row = await jobRows(database, { customer }).where("job.id", "=", id).executeTakeFirst();
  return row && viewOf(database, row);
}

/** Which jobs are asked for. */
export interface JobRequest extends PageRequest {
  /** Of this tenant and its staging copy; undefined: of any. */
  readonly tenant?: string | undefined;
}

/** A customer's jobs, the newest first. @param before number of the job after which the page begins. */
export async function listJobs(
  database: Database,
  customer: string,
  { before, limit, tenant }: JobRequest,
): Promise<{ jobs: JobView[]; next: string | undefined }> {
  let rows = jobRows(database, { customer, tenant }).orderBy("job.number", "desc");
  if (before !== undefined) {
    rows = rows.where("job.number", "<", before);
  }
  const { page, next } = await readPage(rows, limit);
  const jobs = await Promise.all(page.map((row) => viewOf(database, row)));
  return { jobs, next };
}

/**
 * Has the making of a tenant end before it is done, and all of its tenant go: at once while it is queued, within seconds by the worker that has it.
 *
 * @returns the job, or undefined when the customer has no such one.
 * @throws OrderStateError when it has come to an end already.
 */
export async function cancelJob(
  transaction: Database,
  settings: Settings,
  queue: JobQueue,
  customer: string,
  id: string,
): Promise<JobView | undefined> {
  await lockPlaces(transaction);
  const job = await jobRows(transaction, { customer }).where("job.id", "=", id).forUpdate("job").executeTakeFirst();
  if (!job) {
    return undefined;
  }
  if (job.kind !== "create") {
    throw new OrderStateError(`a job of the kind ${job.kind} isn't cancelled; only the making of a tenant is`);
  }
  if (job.state === "queued") {
    await queue.withdraw(transaction, job.delivery_id);
    await endCancelled(transaction, settings, queue, "portal", { id, tenant: job.tenant_id, kind: job.kind });
  } else if (job.state === "running") {
    await transaction
      .updateTable("job")
      .set({ cancel_requested_at: sql<Date>`coalesce(cancel_requested_at, now())` })
      .where("id", "=", id)
      .execute();
  } else {
    throw new OrderStateError(`the job is ${job.state}; expected one that isn't over`);
  }
  return readJob(transaction, customer, id);
}

/** Notes that a job was cancelled and nothing of its tenant is left. Call it under `lockPlaces`. */
export async function endCancelled(
  transaction: Database,
  settings: Settings,
  queue: JobQueue,
  actor: "portal" | "worker",
  job: { readonly id: string; readonly tenant: string; readonly kind: JobKind },
): Promise<void> {
  const { id, tenant } = job;
  await transaction
    .updateTable("job")
    .set({ state: "cancelled", ended_at: sql<Date>`now()` })
    .where("id", "=", id)
    .execute();
  await recordJob(transaction, actor, job, "cancelled");
  await takeBack(transaction, settings, queue, tenant);
}

/** Takes an order back of whose tenant nothing is left. Call it under `lockPlaces`. */
export async function takeBack(
  transaction: Database,
  settings: Settings,
  queue: JobQueue,
  tenant: string,
): Promise<void> {
  await transaction.updateTable("order").set({ state: "cancelled" }).where("tenant_id", "=", tenant).execute();
  await withdraw(transaction, [tenant]);
  await serveWaiting(transaction, settings.slots, queue);
}

/** Jobs of all customers or of one, of all tenants or of one and its staging copy. */
// Its type is the query so far, which only Kysely can spell out.
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export function jobRows(
  database: Database,
  { customer, tenant }: { readonly customer?: string | undefined; readonly tenant?: string | undefined },
) {
  let rows = database
    .selectFrom("job")
    .innerJoin("tenant", "tenant.id", "job.tenant_id")
    .selectAll("job")
    .select("tenant.copy_of");
  if (customer !== undefined) {
    rows = rows.where("tenant.customer_id", "=", customer);
  }
  if (tenant !== undefined) {
    rows = rows.where((row) => row.or([row("job.tenant_id", "=", tenant), row("tenant.copy_of", "=", tenant)]));
  }
  return rows;
}

type JobRow = Awaited<ReturnType<ReturnType<typeof jobRows>["execute"]>>[number];

/** A job as its customer sees it. */
export async function viewOf(database: Database, row: JobRow): Promise<JobView> {
  const { state } = row;
  return {
    id: row.id,
    tenant: row.copy_of ?? row.tenant_id,
    kind: row.kind,
    state,
    queuedAt: row.queued_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    failure: state === "failed" ? (row.failure ?? "fault") : null,
    position: state === "queued" ? await jobsBefore(database, row.number) : null,
    isCancelling: state === "running" && row.cancel_requested_at !== null,
    // Read after the state: what came before the end isn't missed.
    phases: await phasesOf(database, row.id),
  };
}

async function jobsBefore(database: Database, number: string): Promise<number> {
  const { count } = await database
    .selectFrom("job")
    .where("state", "in", ["queued", "running"])
    .where("number", "<", number)
    .select((select) => select.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function phasesOf(database: Database, job: string): Promise<PhaseView[]> {
  const rows = await database
    .selectFrom("job_event")
    .select(["id", "phase", "at"])
    .where("job_id", "=", job)
    .orderBy("id")
    .execute();
  return rows.map(({ id, phase, at }) => ({ id, phase, at: at.toISOString() }));
}
