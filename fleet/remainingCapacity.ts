import { rounded } from "./capacityChecks";
import type { HostEstimate } from "./estimate";
import type { PlanSize } from "./types";

/** What a host runs out of first. */
export type Bottleneck = "memory" | "cpus" | "slots";

/** How many more tenants of a plan a host takes, and what ends it. */
export interface RemainingCapacity {
  readonly tenants: number;
  readonly bottleneck: Bottleneck;
}

/**
 * How many more tenants of a plan fit on a host by what is declared: memory and CPUs that the host gives to tenants, where
 * it states them, and slots always.
 */
export function remainingCapacity({ memoryMiB, cpus, slots }: HostEstimate, plan: PlanSize): RemainingCapacity {
  const fitting = (left: number | undefined, each: number): number =>
    // Rounded first: 0.3 / 0.1 is less than 3.
    left === undefined ? Infinity : Math.max(0, Math.floor(rounded(left / each)));
  const limits: readonly RemainingCapacity[] = [
    { bottleneck: "memory", tenants: fitting(memoryMiB.left, plan.memoryMiB) },
    { bottleneck: "cpus", tenants: fitting(cpus.left, plan.cpus) },
    { bottleneck: "slots", tenants: slots.left },
  ];
  return limits.reduce((least, one) => (one.tenants < least.tenants ? one : least));
}
