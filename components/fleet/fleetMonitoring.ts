import * as pulumi from "@pulumi/pulumi";
import type { FleetSecrets } from "../../fleet/monitoringSecrets";
import { monitoringOf, type WatchedFleet } from "../../fleet/watched";
import type { ServiceSnapshots } from "../backup/serviceSnapshots";
import type { EdgeServer } from "../edge/edgeServer";
import type { HostRefs } from "../host/connectHost";
import { createGatewaySecrets, type GatewaySecrets } from "../monitoring/gateway";
import { type MonitoringAccess, type MonitoringAddresses, MonitoringStack } from "../monitoring/monitoringStack";
import type { TenantStack, WatchedTenant } from "../tenant/tenantStack";

/** A host that is watched, and what of it. */
export interface WatchedHost {
  readonly refs: HostRefs;
  /** Id of the log exporter's image. */
  readonly nginxlogExporter: pulumi.Output<string>;
  /** Name of the volume with the figures of what copies its backups. */
  readonly figures?: pulumi.Output<string>;
  /** What takes snapshots of what its services keep, without its container yet. */
  readonly snapshots?: ServiceSnapshots;
  /** Name of the volume with the figures of that. */
  readonly snapshotFigures?: pulumi.Output<string>;
  /** Names of the volumes of what its edge keeps. */
  readonly edgeKeeps?: EdgeServer["keeps"];
  /** Id of the edge's network. */
  readonly edgeNetwork?: pulumi.Output<string>;
  readonly tenants: readonly WatchedTenant[];
  /** Everything of its tenants. */
  readonly stacks: readonly TenantStack[];
}

/** Where a fleet's monitoring is reached, by host. */
export interface FleetMonitoring {
  readonly addresses: Readonly<Record<string, MonitoringAddresses>>;
  /** Passwords of the login `admin`; a secret. */
  readonly passwords: pulumi.Output<Record<string, string>>;
}

/** Creates what watches the hosts, once all else of them is declared, and has the snapshots begin of what its services keep. */
export function createFleetMonitoring(
  fleet: WatchedFleet,
  secrets: FleetSecrets,
  hosts: readonly WatchedHost[],
): FleetMonitoring {
  let shared: GatewaySecrets | undefined;
  const gatewaySecrets = (): GatewaySecrets => (shared ??= createGatewaySecrets());
  const servers = hosts.flatMap((watched) => {
    const { host, provider } = watched.refs;
    const monitored = monitoringOf(fleet, host.name);
    const { server } = new MonitoringStack(
      `${host.name}-monitoring`,
      monitored.role === "gateway"
        ? { fleet, ...watched, monitored, gateways: gatewaySecrets() }
        : {
            ...{ fleet, ...watched, monitored },
            secrets: secrets.monitoring[host.name] ?? {},
            stacks: hosts
              .filter(({ refs }) => monitored.watches.includes(refs.host.name))
              .flatMap(({ stacks }) => stacks),
            // Beside its own host it watches others.
            gateways: monitored.watches.length > 1 ? gatewaySecrets() : undefined,
          },
      { providers: [provider] },
    );
    watched.snapshots?.keep({ ...watched.edgeKeeps, ...keptOf(server) });
    return server ? [[host.name, server] as const] : [];
  });
  return {
    addresses: Object.fromEntries(servers.map(([host, { addresses }]) => [host, addresses])),
    passwords: pulumi.secret(pulumi.all(Object.fromEntries(servers.map(([host, { password }]) => [host, password])))),
  };
}

/** The volumes of what monitoring's services keep and is backed up. */
function keptOf(server: MonitoringAccess | undefined): Parameters<ServiceSnapshots["keep"]>[0] {
  const { alertmanager, grafana } = server?.dataVolumes ?? {};
  return { ...(alertmanager && { alertmanager }), ...(grafana && { grafana }) };
}
