import { rounded } from "./capacityChecks";
import { portsPerSlot } from "./ports";
import { reserved } from "./sizing";
import { isCopied } from "./copied";
import type { ConfigProblem } from "./errors";
import { ownShipperLimits, shipperLimits } from "./offsite";
import { ownPart } from "./layout";
import { formatPath, setCommand } from "./paths";
import { portalUse } from "./portalSizing";
import { edgeUse, servedTenants, sharedLimits, snapshotsLimits } from "./sharedLimits";
import { slotCount } from "./slots";
import { hasSnapshots } from "./snapshots";
import { createdOf, tenantsOn } from "./tenantsOn";
import type { Fleet, Host, Limits } from "./types";

/** What of a resource is taken, and what is left of its limit; without a limit nothing is said of the rest. */
export interface Use {
  readonly used: number;
  readonly limit?: number;
  readonly left?: number;
}

/** What a host gives to its tenants once the declaration is carried out. */
export interface HostEstimate {
  readonly host: string;
  /** Names of its tenants, also of those that don't run. */
  readonly tenants: readonly string[];
  /** MiB. */
  readonly memoryMiB: Use;
  readonly cpus: Use;
  /**
   * What the host's monitoring may use at most, beside what is given to tenants; undefined: it isn't watched. The containers
   * use about a third of it (docs/performance.md).
   */
  readonly monitoring?: Limits;
  /** What the host's edge may use at most; undefined: it has none. */
  readonly edge?: Limits;
  /** What copies the host's backups may use at most; undefined: nothing does. */
  readonly offsite?: Limits;
  /** What takes snapshots of what the host's services keep may use at most; undefined: none keeps something. */
  readonly snapshots?: Limits;
  /** What the portal's own containers may use at most, beside what it sells; undefined: it isn't on the host. */
  readonly portal?: Limits;
  /** A tenant has its slot, and the slot's ports, also while it doesn't run; reserved ones are neither used nor left. */
  readonly slots: Required<Use>;
  readonly ports: Required<Use>;
}

/** The estimate of one host: a pure function of the declaration. */
export function estimateHost(fleet: Fleet, host: Host): HostEstimate {
  const tenants = tenantsOn(fleet, host);
  const created = createdOf(tenants).map(reserved);
  const sumOf = (read: (limits: Limits) => number): number =>
    rounded(created.reduce((sum, limits) => sum + read(limits), 0));
  const slots = slotUse(tenants.length, host.reservedSlots.length);
  return {
    host: host.name,
    tenants: tenants.map(({ name }) => name),
    memoryMiB: use(
      sumOf(({ memoryMiB }) => memoryMiB),
      host.memoryMiB,
    ),
    cpus: use(
      sumOf(({ cpus }) => cpus),
      host.cpus,
    ),
    ...monitoringUse(ownPart(fleet), host),
    ...(fleet.edge ? { edge: edgeUse(fleet.edge) } : {}),
    ...(isCopied(fleet, host) ? { offsite: shipperLimits } : {}),
    ...(hasSnapshots(fleet, host) ? { snapshots: snapshotsLimits } : {}),
    ...(fleet.portal?.host === host.name ? { portal: portalUse(fleet.portal) } : {}),
    slots,
    ports: {
      used: slots.used * portsPerSlot,
      limit: slots.limit * portsPerSlot,
      left: slots.left * portsPerSlot,
    },
  };
}

/** The estimates of all hosts, in the order of the declaration. */
export function estimateHosts(fleet: Fleet): HostEstimate[] {
  return Object.values(fleet.hosts).map((host) => estimateHost(fleet, host));
}

/** MiB that a tenant takes from its host beside its plan and its helpers when it has a stack of its own: for what copies its backups. */
export function ownStackMiB({ offsite }: Pick<Fleet, "offsite">): number {
  return offsite === undefined ? 0 : ownShipperLimits.memoryMiB;
}

/**
 * A host that can't hold its tenants together with what copies the backups of each, as it does in stacks of their own; undefined: it can. All
 * declared tenants of the host count.
 */
export function ownStacksProblem(fleet: Fleet, host: Host): ConfigProblem | undefined {
  const { used, limit } = estimateHost(fleet, host).memoryMiB;
  const copied = createdOf(tenantsOn(fleet, host)).filter(({ copyOf }) => copyOf === undefined).length;
  const wanted = used + copied * ownStackMiB(fleet);
  if (limit === undefined || wanted <= limit) {
    return undefined;
  }
  const path = ["hosts", host.name, "memory"];
  return {
    path: formatPath(path),
    value: `${limit}`,
    expected: `at least ${wanted} MiB, the sum of the plans of the host's tenants and of ${ownStackMiB(fleet)} MiB for what copies the backups of each of ${copied}`,
    wayOut: `move tenants to another host or to smaller plans; if the host really has that: ${setCommand(path, wanted)}`,
  };
}

function monitoringUse(fleet: Fleet, host: Host): Pick<HostEstimate, "monitoring"> {
  const monitored = fleet.monitoring?.hosts[host.name];
  if (monitored === undefined) {
    return {};
  }
  const limits = monitored.services.map((service) => sharedLimits(service, servedTenants(fleet, monitored, service)));
  return {
    monitoring: {
      memoryMiB: limits.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
      cpus: rounded(limits.reduce((sum, { cpus }) => sum + cpus, 0)),
    },
  };
}

function use(used: number, limit: number | undefined): Use {
  return limit === undefined ? { used } : { used, limit, left: rounded(limit - used) };
}

function slotUse(used: number, reserved: number): Required<Use> {
  return { used, limit: slotCount - reserved, left: slotCount - used - reserved };
}
