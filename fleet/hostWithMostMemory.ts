import { estimateHosts, type HostEstimate } from "./estimate";
import type { Fleet } from "./types";

/** A host for one more tenant, and why it is that one. */
export interface HostChoice {
  readonly host: string;
  /** In words, for people. */
  readonly because: string;
}

/**
 * The host with the most free memory for one more tenant: the most left of its limit. A host without a limit isn't known to be
 * full, so it comes after those that are known to have memory left and before those that have none; then the one whose
 * tenants use less, then the first declared. Hosts without a free slot are left out, unless there is no other.
 */
export function hostWithMostMemory(fleet: Fleet): HostChoice {
  const estimates = estimateHosts(fleet);
  const free = estimates.filter(({ slots }) => slots.left > 0);
  const [best] = [...(free.length > 0 ? free : estimates)].sort(
    (a, b) => freeMiB(b) - freeMiB(a) || a.memoryMiB.used - b.memoryMiB.used,
  );
  const { host } = best!;
  const others = estimates.filter((one) => one !== best).map((one) => `${one.host} ${words(one)}`);
  return { host, because: `host ${host} has the most free memory: ${words(best!)} (${others.join(", ")})` };
}

/** MiB left; a host without a limit counts as one with hardly any. */
function freeMiB({ memoryMiB }: HostEstimate): number {
  return memoryMiB.left ?? 1;
}

function words({ memoryMiB: { used, left, limit } }: HostEstimate): string {
  return left === undefined ? `${used} MiB used, no limit declared` : `${left} of ${limit} MiB left`;
}
