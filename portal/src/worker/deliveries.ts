import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { JobKind } from "../database/schema.ts";
import { isLong } from "../jobs/queueJobs.ts";
import { lockPlaces } from "../orders/slots.ts";
import { withTenant } from "./lock.ts";
import { endFailed, type WorkerParts } from "./runJob.ts";

/**
 * Delivers the jobs again at once whose workers are gone: they hold their tenants no more. So is what one had that it hadn't begun, or had done: the queue
 * would wait for its sign of life first, and the tenant's next job with it.
 *
 * @returns how many.
 */
export async function takeOver(database: Database, redeliver: (delivery: string) => Promise<void>): Promise<number> {
  const { rows } = await sql<{ tenant_id: string; delivery_id: string }>`
    select job.tenant_id, job.delivery_id from job
    left join pgboss.job as delivery on delivery.id = job.delivery_id
    where job.state = 'running' or delivery.state = 'active'`.execute(database);
  const taken = await Promise.all(
    rows.map(({ tenant_id, delivery_id }) => withTenant(database, tenant_id, () => redeliver(delivery_id))),
  );
  return taken.filter(Boolean).length;
}

/** A job that isn't over, and what became of its delivery; null: the queue doesn't know it any more. */
interface Undelivered {
  readonly id: string;
  readonly tenant: string;
  readonly kind: JobKind;
  readonly delivery: "completed" | "cancelled" | "failed" | null;
}

/**
 * Mends what the queue would never deliver again, so that no job waits for ever and its tenant with it. One whose workers ended as often as the queue delivers it fails, for
 * an operator to try again; one that the queue has lost is queued anew.
 */
export async function mendDeliveries(parts: Pick<WorkerParts, "database" | "queue" | "now">): Promise<void> {
  for (const job of await undelivered(parts.database)) {
    try {
      await (job.delivery === "failed" ? giveUp(parts, job) : queueAnew(parts, job));
    } catch (error) {
      console.error(`job ${job.id} of tenant ${job.tenant} is delivered no more, and stays so for now:`, error);
    }
  }
}

async function giveUp(parts: Pick<WorkerParts, "database" | "now">, job: Undelivered): Promise<void> {
  // A worker that hangs has its tenant still.
  await withTenant(parts.database, job.tenant, async () => {
    if ((await undelivered(parts.database, job.id)).length > 0) {
      const fault = "it was given to workers as often as may be, and none came to its end";
      console.error(`job ${job.id} of tenant ${job.tenant} failed: ${fault}`);
      await endFailed(parts, job, "fault", fault);
    }
  });
}

async function queueAnew(
  { database, queue }: Pick<WorkerParts, "database" | "queue">,
  job: Undelivered,
): Promise<void> {
  const { id, tenant, kind } = job;
  await database.transaction().execute(async (transaction) => {
    await lockPlaces(transaction);
    if ((await undelivered(transaction, id)).length > 0) {
      const delivery = await queue.enqueue(transaction, id, tenant, isLong(kind));
      await transaction.updateTable("job").set({ delivery_id: delivery }).where("id", "=", id).execute();
      console.log(`job ${id} of tenant ${tenant} was lost by the queue, and is queued anew`);
    }
  });
}

/** Jobs that aren't over and that nobody will be given. @param id of the only one that is looked at. */
async function undelivered(database: Database, id: string | null = null): Promise<readonly Undelivered[]> {
  const { rows } = await sql<Undelivered>`
    select job.id, job.tenant_id as tenant, job.kind, delivery.state as delivery from job
    left join pgboss.job as delivery on delivery.id = job.delivery_id
    where job.state in ('queued', 'running') and (${id}::text is null or job.id = ${id})
    and (delivery.id is null or delivery.state in ('completed', 'cancelled', 'failed'))
    order by job.number`.execute(database);
  return rows;
}
