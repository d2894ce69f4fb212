import type { Updateable } from "kysely";
import { desiredState } from "odoo-fleet/fleet";
import type { Database } from "../database/connect.ts";
import type { TenantTable } from "../database/schema.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces } from "../orders/slots.ts";
import { noteUsage } from "../usage/spans.ts";
import { findTenant } from "./findTenant.ts";
import { queueDue } from "./queueDue.ts";
import { lifecycleOf, type TenantTimes } from "./times.ts";

/** What a change of a tenant's times is made from. */
export interface ChangeParts {
  readonly transaction: Database;
  readonly queue: JobQueue;
  readonly now: Date;
  /** Whose tenant it has to be; undefined: anybody's, for operators. */
  readonly customer?: string | undefined;
}

/** What is written of a tenant's times. */
export type Change = Pick<
  Updateable<TenantTable>,
  | "stopped_at"
  | "operator_suspended_at"
  | "suspension_reason"
  | "unpaid_at"
  | "expires_at"
  | "trial_until"
  | "awake_until"
  | "active_hours"
  | "holidays"
  | "sleep_after"
>;

/**
 * Changes when a tenant is meant to run, and queues what is due then.
 *
 * @param change what is written, from what is there.
 * @returns false when there is no such tenant, or when it is somebody else's.
 * @throws OrderStateError when it was never made.
 */
export async function changeTimes(
  { transaction, queue, now, customer }: ChangeParts,
  tenant: string,
  change: (before: TenantTimes) => Change,
): Promise<boolean> {
  await lockPlaces(transaction);
  const before = await findTenant(transaction, tenant, customer);
  if (!before) {
    return false;
  }
  if (before.made_state === null) {
    throw new OrderStateError("the tenant was never ready; expected one that has served", "neverReady");
  }
  await transaction.updateTable("tenant").set(change(before)).where("id", "=", tenant).execute();
  // Whether it is a trial, and why it doesn't run.
  await noteUsage(transaction, tenant, now);
  await queueDue(transaction, queue, tenant, now, true);
  return true;
}

/**
 * What lets a stopped tenant run: outside of its active hours for a while, inside of them until they end.
 *
 * @throws OrderStateError when an operator suspended it, an invoice isn't paid, its time is over or it is to be deleted: starting it wouldn't help.
 */
export function started(before: TenantTimes, now: Date, awakeHours: number): Change {
  if (before.delete_at !== null) {
    throw new OrderStateError("it is to be deleted; undo that first", "deleting");
  }
  const { reason } = desiredState(lifecycleOf({ ...before, stopped_at: null }), now);
  switch (reason) {
    case "operator":
      throw new OrderStateError(
        before.operator_suspended_at === null
          ? "an invoice isn't paid; it runs again within a minute after it is"
          : "its provider has suspended it; ask him",
        before.operator_suspended_at === null ? "unpaid" : "operator",
      );
    case "expired":
      throw new OrderStateError("its end is over; set a later one, or none, first", "expired");
    case "trialEnded":
      throw new OrderStateError("its trial is over; ask its provider for more time", "trialEnded");
    default:
      return {
        stopped_at: null,
        ...(reason === "inactiveHours" && { awake_until: new Date(now.getTime() + awakeHours * 3_600_000) }),
      };
  }
}
