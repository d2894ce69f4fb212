import { type ConfigProblem, showValue } from "./errors";
import { desiredState } from "./lifecycle/desiredState";
import type { TenantLifecycle } from "./lifecycle/tenantLifecycle";
import type { LifecycleReason } from "./lifecycle/types";
import { type ConfigPath, formatPath, removeCommand, setCommand } from "./paths";
import type { Plan } from "./plans";
import type { TenantConfig } from "./schema";
import type { Wake } from "./types";

/** Long enough for a meeting between two clicks, and a small part of a night. */
const defaultSleepAfterMinutes = 30;

/** What suspends a tenant for good, until its operator says otherwise. */
const ends: readonly LifecycleReason[] = ["expired", "trialEnded"];

/**
 * How a visit wakes a tenant while it is suspended; undefined: none does. Reports what means nothing.
 *
 * @param lifecycle its own times, and what they came to: one whose time is over isn't woken.
 * @param plan its plan, which says whether scheduled actions wake it too.
 * @param hasEdge whether the fleet declares an edge, which is what wakes.
 */
export function resolveWake(
  name: string,
  { wakeOnRequest = false, sleepAfter }: Partial<TenantConfig>,
  lifecycle: TenantLifecycle | undefined,
  plan: Pick<Plan, "wakeForActions"> | undefined,
  hasEdge: boolean,
  problems: ConfigProblem[],
): Wake | undefined {
  const path: ConfigPath = ["tenants", name];
  if (wakeOnRequest && !hasEdge) {
    problems.push({
      path: formatPath([...path, "wakeOnRequest"]),
      value: "true",
      expected: "an edge, which wakes tenants (odoo-fleet:edge)",
      wayOut: `declare one: ${setCommand(["edge", "domain"], "odoo.example.com")}, or ${removeCommand([...path, "wakeOnRequest"])}`,
    });
  }
  if (sleepAfter !== undefined && !wakeOnRequest) {
    problems.push({
      path: formatPath([...path, "sleepAfter"]),
      value: showValue(sleepAfter),
      expected: "no value here without wakeOnRequest: true, after which it sleeps again",
      wayOut: `${setCommand([...path, "wakeOnRequest"], true)}, or ${removeCommand([...path, "sleepAfter"])}`,
    });
  }
  if (!wakeOnRequest || (lifecycle && isOver(lifecycle))) {
    return undefined;
  }
  return {
    sleepAfterMinutes: sleepAfter ?? defaultSleepAfterMinutes,
    ...(plan?.wakeForActions !== undefined && { actionsAfterMinutes: plan.wakeForActions }),
  };
}

/** Whether its time is over, also that of one that its operator has suspended besides. */
function isOver({ lifecycle, now }: TenantLifecycle): boolean {
  return ends.includes(desiredState({ ...lifecycle, isSuspended: false }, now).reason);
}
