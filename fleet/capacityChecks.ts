import type { ConfigProblem } from "./errors";
import { formatPath, setCommand } from "./paths";
import type { Host } from "./types";

/** What a declared tenant asks of its host; zeros while it doesn't run. */
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
 * Reports a host that can't hold its running tenants. A plan that is larger than the host even alone is named too:
 * moving other tenants away would not help it.
 */
export function checkCapacity(host: Host, tenants: readonly Demand[], problems: ConfigProblem[]): void {
  for (const { key, unit, limitOf } of resources) {
    const limit = limitOf(host);
    if (limit === undefined) {
      continue;
    }
    const running = tenants.filter((tenant) => tenant[key] > 0);
    const wanted = rounded(running.reduce((sum, tenant) => sum + tenant[key], 0));
    if (wanted <= limit) {
      continue;
    }
    const path = ["hosts", host.name, key];
    const tooLarge = running
      .filter((tenant) => tenant[key] > limit)
      .map(({ name, plan, [key]: size }) => `${formatPath(["tenants", name, "plan"])} (${plan}, ${size}${unit})`);
    const alone = tooLarge.length === 0 ? "" : `; too large even alone: ${tooLarge.join(", ")}`;
    problems.push({
      path: formatPath(path),
      value: `${limit}`,
      expected: `at least ${wanted}${unit}, the sum of the plans of the host's ${running.length} running tenants${alone}`,
      wayOut: `move tenants to another host or to smaller plans; if the host really has that: ${setCommand(path, wanted)}`,
    });
  }
}

/** Sums of hundredths, without what binary fractions add to them. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
