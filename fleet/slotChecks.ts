import type { ConfigProblem } from "./errors";
import { formatPath, setCommand } from "./paths";
import { freeSlot } from "./slots";
import type { Host } from "./types";

/** A tenant's place, before it is known whether it is free. */
export interface PlacedTenant {
  readonly name: string;
  readonly slot: number;
  /** Whether the configuration says the slot, rather than the tenant's name. */
  readonly isPinned: boolean;
}

/**
 * Reports tenants of one host that share a slot or have a reserved one, and proposes a free slot for each to pin. Of two
 * tenants the pinned one keeps its slot, else the first by name; no slot is proposed twice.
 *
 * @param unreadable tenants of the host whose slot was no slot at all, which has been reported; they get a proposal too.
 */
export function checkSlots(
  host: Host,
  tenants: readonly PlacedTenant[],
  unreadable: readonly string[],
  problems: ConfigProblem[],
): void {
  const reserved = new Set(host.reservedSlots);
  const portals = new Set(host.portalSlots);
  const holders = new Map<number, string>();
  const refused: { tenant: PlacedTenant; expected: string }[] = [];
  for (const tenant of [...tenants].sort(byRight)) {
    const holder = holders.get(tenant.slot);
    if (portals.has(tenant.slot)) {
      refused.push({
        tenant,
        expected: `a slot that isn't the portal's (${formatPath(["portal", "slots", host.name])}, ${formatPath(["portal", "slot"])})`,
      });
    } else if (reserved.has(tenant.slot)) {
      refused.push({
        tenant,
        expected: `a slot that host "${host.name}" doesn't reserve (${formatPath(["hosts", host.name, "reservedSlots"])})`,
      });
    } else if (holder !== undefined) {
      refused.push({
        tenant,
        expected: `a slot of its own: tenants "${holder}" and "${tenant.name}" are both on slot ${tenant.slot} of host "${host.name}"`,
      });
    } else {
      holders.set(tenant.slot, tenant.name);
    }
  }
  const taken = new Set([...reserved, ...tenants.map((tenant) => tenant.slot)]);
  const propose = (name: string): string => {
    const free = freeSlot(name, taken);
    if (free === undefined) {
      return `host "${host.name}" is full: declare another host`;
    }
    taken.add(free);
    return `pin a free slot: ${setCommand(["tenants", name, "slot"], free)}`;
  };
  for (const { tenant, expected } of refused) {
    problems.push({
      path: formatPath(["tenants", tenant.name, "slot"]),
      value: tenant.isPinned ? `${tenant.slot}` : `(not set; ${tenant.slot} by the tenant's name)`,
      expected,
      wayOut: propose(tenant.name),
    });
  }
  for (const name of unreadable) {
    const path = formatPath(["tenants", name, "slot"]);
    const index = problems.findIndex((problem) => problem.path === path);
    if (index >= 0) {
      problems[index] = { ...problems[index]!, wayOut: propose(name) };
    }
  }
}

function byRight(a: PlacedTenant, b: PlacedTenant): number {
  return Number(b.isPinned) - Number(a.isPinned) || (a.name < b.name ? -1 : 1);
}
