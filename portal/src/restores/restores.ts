import type { Selectable } from "kysely";
import type { Database } from "../database/connect.ts";
import { demandNoJob } from "../jobs/demandNoJob.ts";
import type { RestoreTable } from "../database/schema.ts";
import { queueJob } from "../jobs/queueJobs.ts";
import type { ChangeParts } from "../lifecycle/changes.ts";
import { AnotherAddressError } from "../lifecycle/deletion.ts";
import { findTenant } from "../lifecycle/findTenant.ts";
import { newId } from "../orders/identifiers.ts";
import { OrderRefusedError, OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces } from "../orders/slots.ts";

/** Days for which a restore can be undone, unless another one follows: so long its tenant's former data is kept. */
export const undoDays = 7;

/** A restore as it was asked for. */
export interface RestoreRequest {
  /** The tenant's address, repeated. */
  readonly address: string;
  readonly at: Date;
}

/**
 * Has a tenant restored to a moment.
 *
 * @returns the restore's id; undefined when there is no such tenant, or when it is somebody else's.
 * @throws AnotherAddressError when the address is another one.
 * @throws OrderRefusedError when the moment can't be restored.
 * @throws OrderStateError when it doesn't run, is to be deleted, or has a job.
 */
export async function requestRestore(
  { transaction, queue, now, customer }: ChangeParts,
  tenant: string,
  { address, at }: RestoreRequest,
): Promise<string | undefined> {
  if (!(await demandIdle({ transaction, customer }, tenant, address))) {
    return undefined;
  }
  await demandRestorable(transaction, tenant, at, now);
  const id = newId();
  await transaction.insertInto("restore").values({ id, tenant_id: tenant, at, step: "asked", asked_at: now }).execute();
  await queueJob(transaction, queue, { tenant, kind: "restore" });
  return id;
}

/**
 * Has a tenant brought back to the data that it had before its last restore.
 *
 * @returns the restore's id; undefined when there is no such tenant, or when it is somebody else's.
 * @throws AnotherAddressError, OrderStateError as `requestRestore`; the latter also when there is nothing to undo.
 */
export async function requestUndo(
  { transaction, queue, now, customer }: ChangeParts,
  tenant: string,
  address: string,
): Promise<string | undefined> {
  if (!(await demandIdle({ transaction, customer }, tenant, address))) {
    return undefined;
  }
  const last = await lastRestore(transaction, tenant, ["done"]);
  if (!last || last.undo_until === null || last.undo_until <= now) {
    throw new OrderStateError(
      "there is no restore that can be undone: it was done already, or its days are over",
      "nothingToUndo",
    );
  }
  await transaction.updateTable("restore").set({ step: "undoing" }).where("id", "=", last.id).execute();
  await queueJob(transaction, queue, { tenant, kind: "undo" });
  return last.id;
}

/** The newest restore of a tenant in one of some steps. */
export async function lastRestore(
  database: Database,
  tenant: string,
  steps: readonly RestoreTable["step"][],
): Promise<Selectable<RestoreTable> | undefined> {
  return database
    .selectFrom("restore")
    .selectAll()
    .where("tenant_id", "=", tenant)
    .where("step", "in", steps)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** Steps of a restore, or of the undoing of one, that was asked for and isn't over. */
export const unfinishedSteps = ["asked", "switching", "undoing", "switchingBack"] as const;

/** Whether a restore of a tenant, or the undoing of one, was asked for and isn't over. */
export async function isRestoring(database: Database, tenant: string): Promise<boolean> {
  return (await lastRestore(database, tenant, unfinishedSteps)) !== undefined;
}

/** @throws OrderStateError while a tenant is between two sets of data. */
export async function demandNoRestore(transaction: Database, tenant: string): Promise<void> {
  if (await isRestoring(transaction, tenant)) {
    throw new OrderStateError("a restore of it has begun and isn't over; it goes on by itself", "restoring");
  }
}

/** @returns false when there is no such tenant. */
async function demandIdle(
  { transaction, customer }: Pick<ChangeParts, "transaction" | "customer">,
  tenant: string,
  address: string,
): Promise<boolean> {
  await lockPlaces(transaction);
  const found = await findTenant(transaction, tenant, customer);
  if (!found) {
    return false;
  }
  if (found.address !== address) {
    throw new AnotherAddressError(found.address);
  }
  if (found.delete_at !== null) {
    throw new OrderStateError("it is to be deleted; undo that first", "deleting");
  }
  if (found.made_state !== "running") {
    throw new OrderStateError(
      found.made_state ? "it is suspended; start it first" : "the tenant was never ready",
      found.made_state ? "notRunning" : "neverReady",
    );
  }
  await demandNoJob(transaction, tenant);
  if (await lastRestore(transaction, tenant, ["switching", "switchingBack"])) {
    throw new OrderStateError("a restore of it has begun and isn't over; it goes on by itself", "restoring");
  }
  return true;
}

/** @throws OrderRefusedError with what can be restored. */
async function demandRestorable(transaction: Database, tenant: string, at: Date, now: Date): Promise<void> {
  const facts = await transaction
    .selectFrom("backup_fact")
    .select("from_at")
    .where("tenant_id", "=", tenant)
    .executeTakeFirst();
  const from = facts?.from_at;
  if (!from) {
    throw new OrderRefusedError(
      "at",
      "unknown",
      "nothing can be restored yet: its first backup isn't known to be there",
    );
  }
  if (at < from || at > now) {
    throw new OrderRefusedError(
      "at",
      "outside",
      `expected a moment from ${from.toISOString()} to ${now.toISOString()}`,
    );
  }
  const gaps = await transaction
    .selectFrom("restore")
    .select(["at", "done_at", "undone_at"])
    .where("tenant_id", "=", tenant)
    .where("done_at", "is not", null)
    .where("step", "in", ["done", "settled", "undone"])
    .execute();
  for (const gap of gaps) {
    // What was between them was given up: by the restore, or by its undoing.
    const [begin, end] = gap.undone_at ? [gap.done_at!, gap.undone_at] : [gap.at, gap.done_at!];
    if (at > begin && at < end) {
      throw new OrderRefusedError(
        "at",
        "givenUp",
        `what was there from ${begin.toISOString()} to ${end.toISOString()} was given up by a restore; expected another moment`,
      );
    }
  }
}
