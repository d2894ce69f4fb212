import type { Edge } from "./edgeTypes";
import type { MonitoringHost, SharedService } from "./monitoringTypes";
import { runningOf, tenantsOn } from "./tenantsOn";
import type { Fleet, Limits } from "./types";
import { hostsWatchedBy } from "./watched";

/** A container's limits, and what each tenant that it serves adds to its memory. */
interface SharedLimits {
  readonly memoryMiB: number;
  readonly perTenantMiB: number;
  readonly cpus: number;
}

/**
 * About twice what was measured at 2 and at 20 tenants (docs/performance.md): enough for a heavy query and for a compaction of
 * Prometheus, and a wall before a leak takes memory from a tenant.
 */
const limits: Readonly<Record<SharedService, SharedLimits>> = {
  prometheus: { memoryMiB: 256, perTenantMiB: 8, cpus: 1 },
  alertmanager: { memoryMiB: 96, perTenantMiB: 0, cpus: 0.25 },
  grafana: { memoryMiB: 384, perTenantMiB: 0, cpus: 0.5 },
  "node-exporter": { memoryMiB: 64, perTenantMiB: 0, cpus: 0.25 },
  cadvisor: { memoryMiB: 128, perTenantMiB: 4, cpus: 0.5 },
  "blackbox-exporter": { memoryMiB: 64, perTenantMiB: 1, cpus: 0.25 },
  "postgres-exporter": { memoryMiB: 64, perTenantMiB: 1, cpus: 0.5 },
  "nginxlog-exporter": { memoryMiB: 64, perTenantMiB: 1, cpus: 0.25 },
  gateway: { memoryMiB: 48, perTenantMiB: 0, cpus: 0.25 },
  "engine-proxy": { memoryMiB: 32, perTenantMiB: 0, cpus: 0.25 },
};

/**
 * Limits of a shared service.
 *
 * @param tenants how many running tenants it serves: those of its host, for Prometheus those of all hosts that it watches.
 */
export function sharedLimits(service: SharedService, tenants: number): Limits {
  const { memoryMiB, perTenantMiB, cpus } = limits[service];
  return { memoryMiB: memoryMiB + tenants * perTenantMiB, cpus };
}

/**
 * Limits of a host's edge, whoever's tenants it serves: twice what Caddy was measured to take with a thousand certificates,
 * 128 MiB; with one name it takes 50.
 */
export const edgeLimits: Limits = { memoryMiB: 256, cpus: 1 };

/** Limits of what lets the edge ask the engine: those of monitoring's. */
export const edgeEngineProxyLimits: Limits = sharedLimits("engine-proxy", 0);

/** Limits of what orders the edge's wildcard certificate: lego with all of its providers, for some seconds each six hours. */
export const edgeWildcardLimits: Limits = { memoryMiB: 128, cpus: 0.25 };

/** What an edge with all of its parts may use at most. */
export function edgeUse({ wildcard }: Pick<Edge, "wildcard">): Limits {
  const parts = [edgeLimits, edgeEngineProxyLimits, ...(wildcard ? [edgeWildcardLimits] : [])];
  return {
    memoryMiB: parts.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
    cpus: parts.reduce((sum, { cpus }) => sum + cpus, 0),
  };
}

/** Limits of what takes snapshots of what a host's services keep: restic, as for a tenant's files, of which there is less. */
export const snapshotsLimits: Limits = { memoryMiB: 128, cpus: 0.25 };

/** Services that see every container of a host, also of tenants in stacks of their own. */
const seesAll: readonly SharedService[] = ["cadvisor", "prometheus"];

/**
 * Whether a service has to know its limit before it starts: at which memory a program in Go collects garbage is a part of its environment, and another
 * environment is another container. Those that see every container get room with the tenants of a host while they run: Prometheus reads its limit itself at
 * its start (`--auto-gomemlimit`, on since 3.0), and cAdvisor was measured at half of its own.
 */
export function isToldItsLimit(service: SharedService): boolean {
  return !seesAll.includes(service);
}

/**
 * How many running tenants a service of a host serves: for Prometheus, those of all hosts that it watches. Of what the portal sells, and of tenants in stacks
 * of their own, each place counts for the services that see it: it is taken without monitoring being applied again.
 */
export function servedTenants(fleet: Fleet, monitored: MonitoringHost, service: SharedService): number {
  const hosts =
    service === "prometheus" && monitored.role === "server"
      ? hostsWatchedBy(monitored, fleet)
      : Object.values(fleet.hosts).filter(({ name }) => name === monitored.host);
  const declared = hosts.flatMap((host) => runningOf(tenantsOn(fleet, host))).length;
  const sold = hosts.reduce((sum, { portalSlots }) => sum + portalSlots.length, 0);
  const own = hosts.reduce((sum, { name }) => sum + (fleet.ownStacks?.[name] ?? 0), 0);
  return declared + (seesAll.includes(service) ? sold + own : 0);
}
