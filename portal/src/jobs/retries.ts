import type { Database } from "../database/connect.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces } from "../orders/slots.ts";
import { operatorRows, type OperatorJobView, readAnyJob } from "./operatorJobs.ts";
import type { JobQueue } from "./queue.ts";
import { queueJob } from "./queueJobs.ts";
import { retryRefusal, type RetryRefusal } from "./retryRefusal.ts";

const reasons: Readonly<Record<RetryRefusal, string>> = {
  notFailed: "the job didn't fail; expected one that did",
  followed: "its tenant has a later job, which this one would undo; expected the last one",
  deletionUndone: "the tenant's deletion was undone; expected one that is to be deleted",
  nothingBegun: "nothing was changed, and it is its customer's to ask for it again; expected a restore that had begun",
  link: "only its customer has the link, and it is his to make another one",
};

/**
 * Has a failed job done once more, for an operator: the failed one stays as it is, and a new one of its kind goes on from what it left.
 *
 * @returns the new job, or undefined when there is no such one.
 * @throws OrderStateError where `retryRefusal` of the job isn't null.
 */
export async function retryJob(
  transaction: Database,
  queue: JobQueue,
  id: string,
): Promise<OperatorJobView | undefined> {
  // Whoever else makes jobs does it under this lock too.
  await lockPlaces(transaction);
  const job = await operatorRows(transaction).where("job.id", "=", id).executeTakeFirst();
  if (!job) {
    return undefined;
  }
  const refusal = retryRefusal(job);
  if (refusal !== null) {
    throw new OrderStateError(reasons[refusal]);
  }
  return readAnyJob(transaction, await queueJob(transaction, queue, { tenant: job.tenant_id, kind: job.kind }));
}
