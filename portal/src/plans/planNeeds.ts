import { createHash } from "node:crypto";
import { estimateHost, ownStackMiB, parseFleet } from "odoo-fleet/fleet";
import type { Database } from "../database/connect.ts";
import type { Settings } from "../settings.ts";
import { forgetUnused } from "./forgetUnused.ts";
import { plansOfFleet } from "./plansOfFleet.ts";
import type { WorkerSettings } from "../worker/workerSettings.ts";

/** A tenant's containers, by what they do. */
export const parts = ["postgres", "odoo", "nginx", "backup", "files"] as const;

/** One of `parts`. */
export type Part = (typeof parts)[number];

/** What a plan takes of a host, and what each container follows from. */
export interface PlanNeed {
  /** With the helpers that back it up, and what copies the backups off the host. */
  readonly memoryMiB: number;
  readonly cpus: number;
  /** A hash of what the plan says of each container: where two plans' differ, a change from one to the other replaces it. */
  readonly parts: Readonly<Record<Part, string>>;
}

/** What a host gives to tenants, where the fleet limits it. */
export interface HostCapacity {
  readonly memoryMiB: number | null;
  readonly cpus: number | null;
  /** What the tenants take that the fleet declares there; undefined: there are none, or a worker of before this has noted it. */
  readonly declared?: { readonly memoryMiB: number; readonly cpus: number } | undefined;
}

/** What plans need and hosts have; also plans that aren't sold any more, as tenants may have them. */
export interface Needs {
  readonly plans: Readonly<Record<string, PlanNeed>>;
  readonly hosts: Readonly<Record<string, HostCapacity>>;
}

/** What each plan of the fleet takes, whether it is sold or not, and what each host has, by the settings of the fleet. The worker alone has them. */
export function planNeeds(
  worker: Pick<WorkerSettings, "fleet"> & Partial<WorkerSettings>,
  settings: Pick<Settings, "plans" | "slots">,
): Needs {
  const {
    declared = {},
    fleet: { environment, ...fleet },
  } = worker;
  const plans: Record<string, PlanNeed> = {};
  const hosts: Record<string, HostCapacity> = {};
  for (const [host, { from: slot }] of Object.entries(settings.slots)) {
    for (const { plan, isSold } of plansOfFleet(worker, settings)) {
      const parsed = parseFleet({ ...fleet, tenants: { example: { host, slot, plan } } }, environment);
      if (!parsed.ok) {
        if (!isSold) {
          continue;
        }
        throw new Error(`the fleet can't make a tenant of the plan ${plan}; its settings should have been refused`);
      }
      const { memoryMiB, cpus } = estimateHost(parsed.fleet, parsed.fleet.hosts[host]!);
      const { sizing, backup } = parsed.fleet.tenants["example"]!;
      hosts[host] = { memoryMiB: memoryMiB.limit ?? null, cpus: cpus.limit ?? null, declared: declared[host] };
      plans[plan] = {
        memoryMiB: memoryMiB.used + ownStackMiB(parsed.fleet),
        cpus: cpus.used,
        parts: {
          postgres: hashOf(sizing.postgres),
          odoo: hashOf(sizing.odoo),
          nginx: hashOf(sizing.nginx),
          backup: hashOf(sizing.backup, sizing.drillMiB, backup),
          // How often and how heavily is drilled is the other helper's alone.
          files: hashOf(sizing.files, backup.everySeconds, backup.keepDays, backup.pitrDays),
        },
      };
    }
  }
  return { plans, hosts };
}

/** Of its limits all but the memory, which the engine changes of a container that runs. */
function hashOf({ memoryMiB: _, ...limits }: { readonly memoryMiB: number }, ...others: unknown[]): string {
  return createHash("sha256")
    .update(JSON.stringify([limits, ...others]))
    .digest("hex")
    .slice(0, 16);
}

/**
 * Notes them for the web process: the two meet in the database alone. Of a plan that the fleet doesn't know any more what is known last stays as long as a tenant has
 * it: it takes its part of the host all the same.
 */
export async function notePlanNeeds(database: Database, { plans, hosts }: Needs): Promise<void> {
  const needs = Object.entries(plans).map(([plan, need]) => ({ plan, need: JSON.stringify(need) }));
  const capacities = Object.entries(hosts).map(([host, capacity]) => ({ host, capacity: JSON.stringify(capacity) }));
  await database.transaction().execute(async (transaction) => {
    await forgetUnused(transaction, "plan_need", Object.keys(plans));
    await transaction.deleteFrom("host_capacity").execute();
    if (needs.length > 0) {
      await transaction.insertInto("plan_need").values(needs).execute();
    }
    if (capacities.length > 0) {
      await transaction.insertInto("host_capacity").values(capacities).execute();
    }
  });
}

/** What was noted; nothing before a worker has run. */
export async function readPlanNeeds(database: Database): Promise<{
  plans: ReadonlyMap<string, PlanNeed>;
  hosts: ReadonlyMap<string, HostCapacity>;
}> {
  const needs = await database.selectFrom("plan_need").selectAll().execute();
  const capacities = await database.selectFrom("host_capacity").selectAll().execute();
  return {
    plans: new Map(needs.map(({ plan, need }) => [plan, need as PlanNeed])),
    hosts: new Map(capacities.map(({ host, capacity }) => [host, capacity as HostCapacity])),
  };
}
