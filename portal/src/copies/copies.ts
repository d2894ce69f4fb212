import { demandNoJob } from "../jobs/demandNoJob.ts";
import { queueJob } from "../jobs/queueJobs.ts";
import type { ChangeParts } from "../lifecycle/changes.ts";
import { findTenant } from "../lifecycle/findTenant.ts";
import { queueDue } from "../lifecycle/queueDue.ts";
import { demandAddress } from "../orders/addresses.ts";
import { newId } from "../orders/identifiers.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces } from "../orders/slots.ts";
import type { Settings } from "../settings.ts";
import { findCopy, placeForCopy } from "./findCopy.ts";
import { copyObstacle, type CopyObstacle, newCopyObstacle, obstacleTexts } from "./obstacles.ts";

/** Days for which a copy stays, from when it was made, brought anew or put off last. */
const copyDays = 14;

/** Why a tenant has no copy that something could be done with. */
const none = "it has no staging copy; make one first";

/**
 * Has a staging copy of a tenant made. It takes a place on the tenant's own host, where its backups are.
 *
 * @returns whether there is such a tenant that is the customer's.
 * @throws OrderRefusedError when the address can't be had.
 * @throws OrderStateError when it has a copy, or as `newCopyObstacle` says.
 */
export async function requestCopy(
  { transaction, queue, now, customer }: ChangeParts,
  settings: Settings,
  id: string,
  address: string,
): Promise<boolean> {
  await lockPlaces(transaction);
  const tenant = await findTenant(transaction, id, customer);
  if (!tenant) {
    return false;
  }
  if (await findCopy(transaction, id, customer)) {
    throw new OrderStateError("it has a staging copy already: bring that anew, or remove it first", "hasCopy");
  }
  const place = await placeForCopy(transaction, settings.slots, tenant);
  refuse(await newCopyObstacle(transaction, tenant, place));
  await demandAddress(transaction, address);
  const copy = newId();
  await transaction
    .insertInto("tenant")
    .values({
      ...{ id: copy, customer_id: tenant.customer_id, address, company: tenant.company, plan: tenant.plan },
      ...{
        odoo_version: tenant.odoo_version,
        sets: tenant.sets,
        modules: tenant.modules,
        copy_of: id,
        copy_until: lastsUntil(now),
        ...place,
      },
    })
    .execute();
  await queueJob(transaction, queue, { tenant: copy, kind: "copy" });
  return true;
}

/**
 * Has a tenant's copy brought anew: it has what the tenant has now, and nothing of what was done in it is left.
 *
 * @returns as `requestCopy`.
 * @throws OrderStateError when there is no copy, when it or its tenant has a job, or when its tenant doesn't run.
 */
export async function requestRenewal(parts: ChangeParts, id: string): Promise<boolean> {
  const { transaction, queue, now } = parts;
  const copy = await demandCopy(parts, id);
  if (!copy) {
    return false;
  }
  refuse(await copyObstacle(transaction, (await findTenant(transaction, id, parts.customer))!));
  await demandNoJob(transaction, copy.id);
  await transaction
    .updateTable("tenant")
    .set({ copy_until: lastsUntil(now) })
    .where("id", "=", copy.id)
    .execute();
  await queueJob(transaction, queue, { tenant: copy.id, kind: "copy" });
  return true;
}

/** Puts off that a tenant's copy is removed. @returns as `requestCopy`. @throws OrderStateError when there is none, or its time is over. */
export async function requestExtension(parts: ChangeParts, id: string): Promise<boolean> {
  const copy = await demandCopy(parts, id);
  await (copy &&
    parts.transaction
      .updateTable("tenant")
      .set({ copy_until: lastsUntil(parts.now) })
      .where("id", "=", copy.id)
      .execute());
  return copy !== undefined;
}

/** Has a tenant's copy removed, with all that is in it; one that is being made, once it is. @returns as `requestCopy`. @throws OrderStateError when there is none. */
export async function requestRemoval(parts: ChangeParts, id: string): Promise<boolean> {
  const { transaction, queue, now } = parts;
  const copy = await demandCopy(parts, id);
  if (!copy) {
    return false;
  }
  await transaction.updateTable("tenant").set({ copy_until: now }).where("id", "=", copy.id).execute();
  await queueDue(transaction, queue, copy.id, now, true);
  return true;
}

/** The copy of a tenant that isn't about to go; undefined when there is no such tenant. */
async function demandCopy({ transaction, customer, now }: ChangeParts, id: string): ReturnType<typeof findCopy> {
  await lockPlaces(transaction);
  if (!(await findTenant(transaction, id, customer))) {
    return undefined;
  }
  const copy = await findCopy(transaction, id, customer);
  if (!copy) {
    throw new OrderStateError(none, "noCopy");
  }
  if (copy.copy_until !== null && copy.copy_until <= now) {
    throw new OrderStateError("its staging copy is being removed", "copyGoes");
  }
  return copy;
}

/** @throws OrderStateError with what keeps a tenant from being copied. */
function refuse(obstacle: CopyObstacle | undefined): void {
  if (obstacle !== undefined) {
    throw new OrderStateError(obstacleTexts[obstacle], obstacle);
  }
}

function lastsUntil(now: Date): Date {
  return new Date(now.getTime() + copyDays * 86_400_000);
}
