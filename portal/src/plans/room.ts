import type { Database } from "../database/connect.ts";
import { readPlanNeeds } from "./planNeeds.ts";

/** A tenant that has its place. */
export interface Placed {
  readonly id: string;
  readonly host: string | null;
}

/**
 * Whether a tenant's host has room for it with another plan, beside all others of the portal there, whether they run now or not: any of them may.
 * While a tenant changes its plan the larger of the two counts.
 *
 * @returns for each plan; null: the fleet limits nothing of the host, or no worker has noted it yet.
 */
export async function roomFor(
  database: Database,
  tenant: Placed,
  plans: readonly string[],
): Promise<ReadonlyMap<string, boolean | null>> {
  const known = await readPlanNeeds(database);
  const capacity = tenant.host === null ? undefined : known.hosts.get(tenant.host);
  if (!capacity) {
    return new Map(plans.map((plan) => [plan, null]));
  }
  const others = await database
    .selectFrom("tenant")
    .select(["plan", "next_plan"])
    .where("host", "=", tenant.host)
    .where("slot", "is not", null)
    .where("id", "!=", tenant.id)
    .execute();
  const resources = [
    { limit: capacity.memoryMiB, of: (plan: string) => known.plans.get(plan)?.memoryMiB ?? 0 },
    { limit: capacity.cpus, of: (plan: string) => known.plans.get(plan)?.cpus ?? 0 },
  ];
  const hasRoom = (wanted: string): boolean | null => {
    if (!known.plans.has(wanted) || resources.every(({ limit }) => limit === null)) {
      return null;
    }
    return resources.every(({ limit, of }) => {
      const used = others.reduce((sum, { plan, next_plan }) => sum + Math.max(of(plan), of(next_plan ?? plan)), 0);
      // Sums of fractions of CPUs, without what binary ones add to them.
      return limit === null || Math.round((used + of(wanted)) * 1000) / 1000 <= limit;
    });
  };
  return new Map(plans.map((plan) => [plan, hasRoom(plan)]));
}
