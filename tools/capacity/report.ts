import { estimateHosts, type Use } from "../../fleet/estimate";
import { remainingCapacity } from "../../fleet/remainingCapacity";
import type { Fleet } from "../../fleet/types";
import { recordedMetrics as recorded } from "../../monitoring/contract";
import { ask, type PrometheusAccess, type Sample } from "./prometheus";

/** What is declared for a host, and how many more tenants of each plan fit. */
export interface DeclaredHost {
  readonly host: string;
  readonly tenants: number;
  /** MiB. */
  readonly memoryMiB: Use;
  readonly cpus: Use;
  readonly slotsLeft: number;
  readonly fits: readonly { readonly plan: string; readonly tenants: number; readonly bottleneck: string }[];
}

/** What is measured. Shares are 0 to 1. */
export interface Measured {
  /** By plan: the tenant that uses most of it. */
  readonly plans: readonly { readonly plan: string; readonly memory?: number; readonly cpu?: number }[];
  readonly tenants: readonly {
    readonly host: string;
    readonly tenant: string;
    readonly memory?: number;
    readonly cpu?: number;
    readonly databaseBytes?: number;
    readonly growsBytesPerDay?: number;
  }[];
  /** What fits into the hosts' real memory, which a declaration may not limit. */
  readonly fits: readonly { readonly host: string; readonly plan: string; readonly tenants?: number }[];
  readonly disks: readonly {
    readonly host: string;
    readonly mountpoint: string;
    readonly used?: number;
    /** Absent while the disk isn't filling. */
    readonly fullInSeconds?: number;
  }[];
}

/** A fleet's capacity: what is declared, and what is measured where Prometheus could be asked. */
export interface CapacityReport {
  readonly environment: string;
  readonly hosts: readonly DeclaredHost[];
  readonly measured?: Measured;
}

/** What follows from the declaration alone. */
export function declaredCapacity(fleet: Fleet): DeclaredHost[] {
  return estimateHosts(fleet).map((estimate) => ({
    host: estimate.host,
    tenants: estimate.tenants.length,
    memoryMiB: estimate.memoryMiB,
    cpus: estimate.cpus,
    slotsLeft: estimate.slots.left,
    fits: Object.entries(fleet.plans).map(([plan, size]) => ({ plan, ...remainingCapacity(estimate, size) })),
  }));
}

/** Asks every Prometheus of the fleet. @throws PrometheusError for the first that doesn't answer. */
export async function measuredCapacity(accesses: readonly PrometheusAccess[]): Promise<Measured> {
  const all = async (metric: string): Promise<Sample[]> =>
    (await Promise.all(accesses.map((access) => ask(access, metric)))).flat();
  const [planMemory, planCpu, memory, cpu, bytes, growth, fits, used, fullIn] = await Promise.all([
    all(recorded.planMemoryUse),
    all(recorded.planCpuUse),
    all(recorded.tenantMemoryUse),
    all(recorded.tenantCpuUse),
    all(recorded.databaseBytes),
    all(recorded.databaseGrowth),
    all(recorded.tenantsLeft),
    all(recorded.diskUse),
    all(recorded.diskSecondsLeft),
  ]);
  return {
    plans: join(["plan"], { memory: planMemory, cpu: planCpu }),
    tenants: join(["host", "tenant"], { memory, cpu, databaseBytes: bytes, growsBytesPerDay: growth }),
    fits: join(["host", "plan"], { tenants: fits }),
    disks: join(["host", "mountpoint"], { used, fullInSeconds: fullIn }),
  };
}

/** One row for each set of labels, in their order; where several samples have the same, the largest counts. */
function join<Key extends string, Column extends string>(
  keys: readonly Key[],
  columns: Readonly<Record<Column, readonly Sample[]>>,
): (Record<Key, string> & Partial<Record<Column, number>>)[] {
  const rows = new Map<string, Record<string, string | number>>();
  for (const [column, samples] of Object.entries<readonly Sample[]>(columns)) {
    for (const { labels, value } of samples) {
      const names = keys.map((key) => labels[key] ?? "");
      const row = rows.get(names.join("\0")) ?? Object.fromEntries(keys.map((key, index) => [key, names[index]!]));
      row[column] = Math.max(value, (row[column] as number | undefined) ?? -Infinity);
      rows.set(names.join("\0"), row);
    }
  }
  const sorted = [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  return sorted as (Record<Key, string> & Partial<Record<Column, number>>)[];
}
