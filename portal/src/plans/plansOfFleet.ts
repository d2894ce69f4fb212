import { builtInPlans } from "odoo-fleet/fleet";
import type { Settings } from "../settings.ts";
import type { WorkerSettings } from "../worker/workerSettings.ts";

/** All plans that a tenant may have: those that are sold, and those that the fleet knows besides. One that isn't sold any more is still some tenants'. */
export function plansOfFleet(
  { fleet }: Pick<WorkerSettings, "fleet">,
  { plans }: Pick<Settings, "plans">,
): { readonly plan: string; readonly isSold: boolean }[] {
  const names = [...Object.keys(plans), ...Object.keys(builtInPlans), ...Object.keys(fleet["plans"] ?? {})];
  return [...new Set(names)].map((plan) => ({ plan, isSold: Object.hasOwn(plans, plan) }));
}
