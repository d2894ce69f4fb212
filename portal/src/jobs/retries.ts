import type { Database } from "../database/connect.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces } from "../orders/slots.ts";
import { isRestoring } from "../restores/restores.ts";
import { type JobView, readAnyJob } from "./jobs.ts";
import type { JobQueue } from "./queue.ts";
import { queueJob } from "./queueJobs.ts";

/**
 * Has a failed job done once more, for an operator: the failed one stays as it is, and a new one of its kind goes on from what it left.
 *
 * @returns the new job, or undefined when there is no such one.
 * @throws OrderStateError when it didn't fail, or isn't the last of its tenant: what came after it would be undone.
 */
export async function retryJob(transaction: Database, queue: JobQueue, id: string): Promise<JobView | undefined> {
  // Whoever else makes jobs does it under this lock too.
  await lockPlaces(transaction);
  const job = await transaction.selectFrom("job").selectAll().where("id", "=", id).executeTakeFirst();
  if (!job) {
    return undefined;
  }
  if (job.state !== "failed") {
    throw new OrderStateError(`the job is ${job.state}; expected one that failed`);
  }
  const later = await transaction
    .selectFrom("job")
    .select("id")
    .where("tenant_id", "=", job.tenant_id)
    .where("number", ">", job.number)
    .executeTakeFirst();
  if (later) {
    throw new OrderStateError(`its tenant has a later job, ${later.id}; expected the last one`);
  }
  if (job.kind === "delete" && !(await isToBeDeleted(transaction, job.tenant_id))) {
    throw new OrderStateError("the tenant's deletion was undone; expected one that is to be deleted");
  }
  if ((job.kind === "restore" || job.kind === "undo") && !(await isRestoring(transaction, job.tenant_id))) {
    throw new OrderStateError(
      "nothing was changed, and it is its customer's to ask for it again; expected a restore that had begun",
    );
  }
  if (job.kind === "password" || job.kind === "login") {
    throw new OrderStateError("only its customer has the link, and it is his to make another one");
  }
  return readAnyJob(transaction, await queueJob(transaction, queue, { tenant: job.tenant_id, kind: job.kind }));
}

async function isToBeDeleted(transaction: Database, tenant: string): Promise<boolean> {
  const row = await transaction.selectFrom("tenant").select("delete_at").where("id", "=", tenant).executeTakeFirst();
  return row !== undefined && row.delete_at !== null;
}
