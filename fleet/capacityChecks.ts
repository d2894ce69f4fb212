import type { ConfigProblem } from "./errors";
import { formatPath, setCommand } from "./paths";
import type { ResolvedPlan } from "./planChecks";
import { backupMemoryMiB } from "./sizing";
import type { Host, TenantState } from "./types";

/** What a declared tenant asks of its host: zeros while it has no containers, and what its Nginx may use while it is suspended. */
export interface Demand {
  readonly name: string;
  readonly plan?: string;
  /** MiB. */
  readonly memory: number;
  readonly cpus: number;
}

const resources = [
  { key: "memory", unit: " MiB", limitOf: (host: Host) => host.memoryMiB },
  { key: "cpus", unit: " CPUs", limitOf: (host: Host) => host.cpus },
] as const;

/**
 * Reports a host that can't hold its tenants. A plan that is larger than the host even alone is named too:
 * moving other tenants away would not help it.
 */
export function checkCapacity(host: Host, tenants: readonly Demand[], problems: ConfigProblem[]): void {
  for (const { key, unit, limitOf } of resources) {
    const limit = limitOf(host);
    if (limit === undefined) {
      continue;
    }
    const created = tenants.filter((tenant) => tenant[key] > 0);
    const wanted = rounded(created.reduce((sum, tenant) => sum + tenant[key], 0));
    if (wanted <= limit) {
      continue;
    }
    const path = ["hosts", host.name, key];
    const tooLarge = created
      .filter((tenant) => tenant[key] > limit)
      .map(({ name, plan, [key]: size }) => `${formatPath(["tenants", name, "plan"])} (${plan}, ${size}${unit})`);
    const alone = tooLarge.length === 0 ? "" : `; too large even alone: ${tooLarge.join(", ")}`;
    problems.push({
      path: formatPath(path),
      value: `${limit}`,
      expected: `at least ${wanted}${unit}, the sum of the plans of the host's ${created.length} tenants${alone}`,
      wayOut: `move tenants to another host or to smaller plans; if the host really has that: ${setCommand(path, wanted)}`,
    });
  }
}

/**
 * MiB and CPUs that a tenant takes from its host. A plan that is faulty takes what is known of it.
 *
 * @param isWakeable whether it may be woken while it is suspended: it may run at any time then, and so may all others.
 */
export function demandOf(
  state: TenantState,
  plan: ResolvedPlan | undefined,
  isWakeable: boolean,
): Pick<Demand, "memory" | "cpus"> {
  switch (state === "suspended" && isWakeable ? "running" : state) {
    case "running":
      return {
        memory: plan?.memory === undefined ? 0 : plan.memory + backupMemoryMiB,
        cpus: plan?.cpus ?? 0,
      };
    case "suspended":
      return { memory: plan?.sizing?.nginx.memoryMiB ?? 0, cpus: plan?.sizing?.nginx.cpus ?? 0 };
    case "decommissioned":
      return { memory: 0, cpus: 0 };
  }
}

/** Sums of hundredths, without what binary fractions add to them. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
