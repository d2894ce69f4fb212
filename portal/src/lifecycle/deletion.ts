import type { Database } from "../database/connect.ts";
import type { TenantTable } from "../database/schema.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { queueJob } from "../jobs/queueJobs.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces } from "../orders/slots.ts";
import type { Settings } from "../settings.ts";
import type { ChangeParts } from "./changes.ts";
import { findTenant } from "./findTenant.ts";
import { queueDue } from "./queueDue.ts";

/** The address that was repeated isn't the tenant's: somebody has another one in mind. */
export class AnotherAddressError extends Error {
  /** The tenant's own address. */
  readonly expected: string;

  constructor(expected: string) {
    super(`expected ${expected}`);
    this.expected = expected;
  }
}

/** A tenant's row with what its last job came to. */
type Found = Pick<TenantTable, "address" | "made_state" | "delete_at"> & {
  readonly job: { readonly kind: string; readonly state: string } | undefined;
};

/**
 * Has a tenant end. One that served is suspended for the days of grace, in which that can be undone, and deleted then; of one whose making
 * failed nothing is kept, so it is removed at once.
 *
 * @param address its address, repeated by whoever asks.
 * @returns false when there is no such tenant, or when it is somebody else's.
 * @throws AnotherAddressError when the address is another one.
 * @throws OrderStateError when it is still being ordered, made or removed, or is to be deleted already.
 */
export async function requestDeletion(
  { transaction, queue, now, customer }: ChangeParts,
  settings: Settings,
  tenant: string,
  address: string,
): Promise<boolean> {
  const found = await find(transaction, tenant, customer);
  if (!found) {
    return false;
  }
  if (found.address !== address) {
    throw new AnotherAddressError(found.address);
  }
  if (found.made_state === null) {
    await removeUnmade(transaction, queue, tenant, found.job);
    return true;
  }
  if (found.delete_at !== null) {
    throw new OrderStateError(`it is deleted at ${found.delete_at.toISOString()} already`, "deleting");
  }
  await transaction
    .updateTable("tenant")
    .set({
      delete_at: new Date(now.getTime() + settings.graceDays * 86_400_000),
      deletion_told_at: null,
      awake_until: null,
    })
    .where("id", "=", tenant)
    .execute();
  await queueDue(transaction, queue, tenant, now, true);
  return true;
}

/**
 * Takes back that a tenant is to be deleted: it is what it was before, and runs if it was meant to.
 *
 * @returns false when there is no such tenant, or when it is somebody else's.
 * @throws OrderStateError when it wasn't to be deleted, or is being deleted now.
 */
export async function undoDeletion(
  { transaction, queue, now, customer }: ChangeParts,
  tenant: string,
): Promise<boolean> {
  const found = await find(transaction, tenant, customer);
  if (!found) {
    return false;
  }
  if (found.delete_at === null) {
    throw new OrderStateError("it isn't to be deleted; there is nothing to undo", "nothingToUndo");
  }
  if (found.job?.kind === "delete" && isUnfinished(found.job)) {
    throw new OrderStateError("its grace is over, and it is being deleted", "isOver");
  }
  await transaction
    .updateTable("tenant")
    .set({ delete_at: null, deletion_told_at: null })
    .where("id", "=", tenant)
    .execute();
  await queueDue(transaction, queue, tenant, now, true);
  return true;
}

async function find(transaction: Database, tenant: string, customer: string | undefined): Promise<Found | undefined> {
  await lockPlaces(transaction);
  const row = await findTenant(transaction, tenant, customer);
  const job = await transaction
    .selectFrom("job")
    .select(["kind", "state"])
    .where("tenant_id", "=", tenant)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && { ...row, job };
}

async function removeUnmade(transaction: Database, queue: JobQueue, tenant: string, job: Found["job"]): Promise<void> {
  if (job === undefined) {
    throw new OrderStateError("nothing of it was made yet; cancel its order");
  }
  if (isUnfinished(job)) {
    throw new OrderStateError(job.kind === "remove" ? "it is being removed" : "it is being made; cancel its job");
  }
  await queueJob(transaction, queue, { tenant, kind: "remove" });
}

function isUnfinished({ state }: { readonly state: string }): boolean {
  return state === "queued" || state === "running";
}
