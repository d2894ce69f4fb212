import type { Database } from "../database/connect.ts";
import { type HostCapacity, type PlanNeed, readPlanNeeds } from "./planNeeds.ts";

/** A tenant that has its place. */
export interface Placed {
  readonly id: string;
  readonly host: string | null;
}

/**
 * Whether a tenant's host has room for it with another plan, beside all others there, the portal's and declared ones, whether they run now or not: any of them may.
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
  const others = await placedTenants(database).where("host", "=", tenant.host).where("id", "!=", tenant.id).execute();
  const used = useOf(others, known.plans, capacity);
  return new Map(plans.map((plan) => [plan, hasRoom(capacity, used, known.plans.get(plan))]));
}

/** What new tenants are given places by: whether their host holds them. */
export interface RoomBook {
  /** Whether a host has room for one more tenant of a plan; what isn't known, or isn't limited, is no reason against it. */
  readonly holds: (host: string, plan: string) => boolean;
  /** Counts one more tenant of a plan on a host. */
  readonly add: (host: string, plan: string) => void;
}

/** The room of all hosts as it is, to give places by. Call it under `lockPlaces`. */
export async function openRoomBook(transaction: Database): Promise<RoomBook> {
  const known = await readPlanNeeds(transaction);
  const placed = await placedTenants(transaction).execute();
  return {
    holds: (host, plan) => {
      const capacity = known.hosts.get(host);
      const on = placed.filter((tenant) => tenant.host === host);
      return !capacity || hasRoom(capacity, useOf(on, known.plans, capacity), known.plans.get(plan)) !== false;
    },
    add: (host, plan) => void placed.push({ host, plan, next_plan: null }),
  };
}

/** All that have their places. */
// Its type is the query so far, which only Kysely can spell out.
function placedTenants(database: Database) {
  return database.selectFrom("tenant").select(["host", "plan", "next_plan"]).where("slot", "is not", null);
}

function hasRoom(
  capacity: HostCapacity,
  used: Record<keyof HostRoom, number>,
  need: PlanNeed | undefined,
): boolean | null {
  if (!need || resources.every((resource) => capacity[resource] === null)) {
    return null;
  }
  return resources.every((resource) => {
    const limit = capacity[resource];
    return limit === null || rounded(used[resource] + need[resource]) <= limit;
  });
}

/** How much of a resource is used on a host, of how much; `limit` null: the fleet limits nothing of it. */
export interface Room {
  readonly used: number;
  readonly limit: number | null;
}

/** What all tenants of a host take of it, the portal's and those that the fleet declares, as `roomFor` counts it. */
export type HostRoom = Readonly<Record<(typeof resources)[number], Room>>;

/** The room of each host; none of a host that no worker has noted yet. */
export async function roomOfHosts(database: Database): Promise<ReadonlyMap<string, HostRoom>> {
  const known = await readPlanNeeds(database);
  const tenants = await placedTenants(database).where("host", "is not", null).execute();
  return new Map(
    [...known.hosts].map(([host, capacity]) => {
      const used = useOf(
        tenants.filter((tenant) => tenant.host === host),
        known.plans,
        capacity,
      );
      const roomOf = (resource: keyof HostRoom): Room => ({ used: used[resource], limit: capacity[resource] });
      return [host, { memoryMiB: roomOf("memoryMiB"), cpus: roomOf("cpus") }];
    }),
  );
}

/** What a host has of. */
const resources = ["memoryMiB", "cpus"] as const;

/** What tenants take together, and those that the fleet declares besides: of one that changes its plan the larger of the two. */
function useOf(
  tenants: readonly { readonly plan: string; readonly next_plan: string | null }[],
  needs: ReadonlyMap<string, PlanNeed>,
  { declared }: HostCapacity,
): Record<keyof HostRoom, number> {
  const sumOf = (resource: keyof HostRoom): number => {
    const of = (plan: string): number => needs.get(plan)?.[resource] ?? 0;
    const others = declared?.[resource] ?? 0;
    return rounded(
      tenants.reduce((sum, { plan, next_plan }) => sum + Math.max(of(plan), of(next_plan ?? plan)), others),
    );
  };
  return { memoryMiB: sumOf("memoryMiB"), cpus: sumOf("cpus") };
}

/** A sum of fractions of CPUs, without what binary ones add to it. */
const rounded = (sum: number): number => Math.round(sum * 1000) / 1000;
