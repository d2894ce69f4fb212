import type { Seed } from "../../fleet/portalSets";
import type { Portal } from "../../fleet/portalTypes";
import type { EdgeHost } from "../../fleet/edgeTypes";
import {
  copiesService,
  edgeService,
  monitoringService,
  portalService,
  shipperService,
  snapshotsService,
} from "../../fleet/security";
import { hasSnapshots } from "../../fleet/snapshots";
import { createdOf, tenantsOn } from "../../fleet/tenantsOn";
import type { Host, Tenant, UnfilledCopy } from "../../fleet/types";
import { isWatched } from "../../fleet/watched";
import { keptOn } from "../backup/keptBackups";
import type { LastBackup } from "../backup/lastBackup";
import { seedsOn } from "../host/hostImages";
import type { PreparedHost } from "../host/prepareHost";
import type { FleetRun } from "./fleetRun";

/** What this stack has on a host. */
export interface HostServices {
  /** Its tenants of this stack that have data, and those that are decommissioned. */
  readonly tenants: readonly Exclude<Tenant, UnfilledCopy>[];
  /** Those whose images it has: also of tenants that have stacks of their own. */
  readonly withImages: readonly Tenant[];
  /** Tenants that have left, and whose backups are kept. */
  readonly kept: readonly (readonly [name: string, backup: LastBackup])[];
  /** Whether tenants in stacks of their own are on it. */
  readonly isShared: boolean;
  readonly isWatched: boolean;
  readonly edge?: EdgeHost;
  readonly portal?: Portal;
  readonly seeds: readonly Seed[];
  /** Whether a service of it keeps something of which snapshots are taken. */
  readonly keepsSomething: boolean;
  /** Whether it has the volume of these snapshots, which stays when the services go. */
  readonly hasSnapshots: boolean;
  /** Whether it has the network on which copies leave it. */
  readonly hasCopies: boolean;
  /** Whether backups of this stack are copied off it. */
  readonly isCopied: boolean;
}

/** Finds out what this stack has on a host: what is declared, and nothing new where the host is frozen. Undefined: nothing. */
export function hostServices(
  { fleet, declared, state }: FleetRun,
  host: Host,
  { tenants: prepared, frozen }: PreparedHost,
): HostServices | undefined {
  const there = state.shared.get(host.name);
  const canHave = (service: string): boolean => !frozen || (there?.has(service) ?? false);
  const isCopied = fleet.offsite !== undefined && canHave(shipperService);
  const keepsSomething = hasSnapshots(fleet, host) && canHave(snapshotsService);
  const ofHost = createdOf(tenantsOn(declared, host));
  const isShared = declared.layout === "perTenant" && ofHost.length > 0;
  const tenants = prepared.filter((tenant) => tenant.state !== "unfilled");
  const services: HostServices = {
    tenants,
    // Stacks that come up side by side find them there, and none builds what another one builds.
    withImages: isShared ? ofHost : tenants,
    kept: keptOn(state, fleet, host.name),
    isShared,
    isWatched: isWatched(fleet) && canHave(monitoringService),
    edge: canHave(edgeService) ? fleet.edge?.hosts[host.name] : undefined,
    portal: fleet.portal?.host === host.name && canHave(portalService) ? fleet.portal : undefined,
    seeds: seedsOn(host, fleet.portal, frozen ? state.images : undefined),
    keepsSomething,
    // One that comes back goes on with them, as their copies on the target can't be begun anew.
    hasSnapshots: keepsSomething || (there?.has(snapshotsService) ?? false),
    hasCopies: fleet.offsite !== undefined && canHave(copiesService),
    isCopied,
  };
  return isNeeded(services) ? services : undefined;
}

/** Whether anything is made on the host. A portal is nothing by itself: it has an edge. */
function isNeeded(services: HostServices): boolean {
  const { tenants, kept, seeds, isWatched, edge, hasCopies, isShared, hasSnapshots } = services;
  const some = tenants.length > 0 || kept.length > 0 || seeds.length > 0;
  return some || isWatched || edge !== undefined || hasCopies || isShared || hasSnapshots;
}
