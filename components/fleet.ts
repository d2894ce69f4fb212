import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { estimateHost } from "../fleet/estimate";
import type { EscrowedKeys } from "../fleet/escrow";
import { ownPart } from "../fleet/layout";
import type { FleetSecrets } from "../fleet/monitoringSecrets";
import { snapshotsRepository } from "../fleet/names";
import {
  copiesService,
  edgeService,
  monitoringService,
  portalService,
  shipperService,
  snapshotsService,
} from "../fleet/security";
import { hasSnapshots } from "../fleet/snapshots";
import { createdOf, tenantsOn } from "../fleet/tenantsOn";
import type { Fleet, Host } from "../fleet/types";
import { isWatched as isWatchedFleet, monitoringOf, type WatchedFleet } from "../fleet/watched";
import { assertOneSdk } from "./run/oneSdk";
import { type FleetSettings, resolveSettings } from "./run/fleetSettings";
import { connectHost, createStackId, type HostRefs } from "./host/connectHost";
import { seedsOn } from "./host/hostImages";
import { createCopiesNetwork } from "./backup/copiesNetwork";
import { KeptBackups, keptOn } from "./backup/keptBackups";
import { makeLastBackups } from "./backup/lastBackup";
import { ServiceSnapshots } from "./backup/serviceSnapshots";
import { Shipper } from "./backup/shipper";
import { createTurnVolume } from "./backup/turnVolume";
import { createEdgeNetwork, createFleetSecret, EdgeServer } from "./edge/edgeServer";
import { PortalStack } from "./portal/portalStack";
import { createGatewaySecrets, type GatewaySecrets } from "./monitoring/gateway";
import { type MonitoringAccess, type MonitoringAddresses, MonitoringStack } from "./monitoring/monitoringStack";
import { type CheckedHost, reportBrokenContainers } from "./run/brokenContainers";
import { preflight } from "./run/preflight";
import { prepareHost } from "./host/prepareHost";
import { refuseLayout } from "./run/refuseLayout";
import { readStackState } from "./run/stackState";
import { type TenantOutput, tenantOutput, tenantStack } from "./tenant/createTenant";
import type { TenantStack, WatchedTenant } from "./tenant/tenantStack";

/** Outputs of a fleet's stack. */
export interface FleetOutputs {
  /** Tenants of this stack by name, without secrets. */
  readonly tenants: Readonly<Record<string, TenantOutput>>;
  /** First password of each tenant's user `admin`, by tenant; a secret. */
  readonly adminPasswords: pulumi.Output<Record<string, string>>;
  /** Hosts by name. */
  readonly hosts: Readonly<Record<string, HostOutput>>;
  /** Where monitoring is reached, by the host that it runs on; absent where nothing is watched. */
  readonly monitoring?: Readonly<Record<string, MonitoringAddresses>>;
  /** Password of monitoring's login `admin`, by host; a secret. Absent where nothing is watched. */
  readonly monitoringPasswords?: pulumi.Output<Record<string, string>>;
  /**
   * What tenants in stacks of their own have to be given, so that the edges of their hosts serve them (`TenantSettings.fleetSecret`); a
   * secret. Absent without an edge.
   */
  readonly fleetSecret?: pulumi.Output<string>;
  /** The portal; absent where none is declared. */
  readonly portal?: PortalOutput;
  /** URL of the portal's database for its worker, which runs on the portal's host; a secret. Absent without a portal. */
  readonly portalDatabaseUrl?: pulumi.Output<string>;
}

/** The portal's outputs. */
export interface PortalOutput {
  /** Where customers order. */
  readonly url: string;
  /** Host of its containers, on which its worker runs. */
  readonly host: string;
}

/** A host's outputs. */
export interface HostOutput {
  /** Name or address by which customers reach it. */
  readonly address: string;
  /** Names of its tenants. */
  readonly tenants: readonly string[];
  /** MiB that its tenants may use together, and what the host gives to tenants at most (absent: not limited). */
  readonly memory: { readonly usedMiB: number; readonly limitMiB?: number };
  readonly slots: {
    /** Slots that tenants have. */
    readonly used: number;
    /** Slots that neither a tenant has nor are reserved. */
    readonly left: number;
  };
}

/**
 * Creates everything that a fleet declares: what `index.ts` calls, and an inline program of the Automation API. With the layout `perTenant` it creates
 * what hosts have for all of their tenants, which `createTenant` creates in stacks of their own.
 *
 * @throws SdkCopiesError when another copy of `@pulumi/pulumi` than the library's is loaded.
 * @throws RefusedError before any resource exists: with every mistake in the settings, or with every obstacle on the
 * hosts (a port or subnet that is taken, an engine that doesn't answer, a tenant that was left out, a full disk).
 */
export async function createFleet(settings: FleetSettings): Promise<FleetOutputs> {
  assertOneSdk();
  const { fleet: declared, secrets } = resolveSettings(settings);
  const fleet = ownPart(declared);
  const { transform } = settings;
  const state = await readStackState();
  refuseLayout(declared, state);
  const checked = await preflight(fleet, { state, isWhole: true });
  const lastBackups = await makeLastBackups({
    ...{ fleet, state, holdsBackups: true },
    tenants: Object.values(fleet.tenants),
    unreachable: new Set(checked.unreachable.keys()),
  });

  const stackId = createStackId();
  const fleetSecret = fleet.edge && createFleetSecret();
  const hosts: CheckedHost[] = [];
  const passwords: Record<string, pulumi.Output<string>> = {};
  let portalDatabaseUrl: pulumi.Output<string> | undefined;
  // Side by side: a host that has to be made one first keeps no other waiting.
  const connected = await Promise.all(
    Object.values(fleet.hosts).map(async (host): Promise<ConnectedHost[]> => {
      // Images and the firewall's ports are a host's, whoever's its tenants are.
      const ofHost = createdOf(tenantsOn(declared, host));
      const isShared = declared.layout === "perTenant" && ofHost.length > 0;
      const sudoPassword = secrets.sudoPasswords[host.name];
      const prepared = await prepareHost(fleet, host, checked, state, {
        sudoPassword,
        opensFor: tenantsOn(declared, host),
      });
      const { frozen, isMadeLater } = prepared;
      const tenants = prepared.tenants.filter((tenant) => tenant.state !== "unfilled");
      // Nothing new comes to a host that is frozen.
      const canHave = (service: string): boolean => !frozen || (state.shared.get(host.name)?.has(service) ?? false);
      const isWatched = isWatchedFleet(fleet) && canHave(monitoringService);
      const edgeHost = canHave(edgeService) ? fleet.edge?.hosts[host.name] : undefined;
      const portal = fleet.portal?.host === host.name && canHave(portalService) ? fleet.portal : undefined;
      const seeds = seedsOn(host, fleet.portal, frozen ? state.images : undefined);
      const keepsSomething = hasSnapshots(fleet, host) && canHave(snapshotsService);
      // Snapshots stay when the services go: one that comes back goes on with them, as their copies on the target can't be begun anew.
      const hasStore = keepsSomething || (state.shared.get(host.name)?.has(snapshotsService) ?? false);
      const kept = keptOn(state, fleet, host.name);
      const hasCopies = fleet.offsite !== undefined && canHave(copiesService);
      if (
        tenants.length === 0 &&
        kept.length === 0 &&
        !isWatched &&
        !edgeHost &&
        !hasCopies &&
        !isShared &&
        !hasStore &&
        seeds.length === 0
      ) {
        return [];
      }
      const refs = connectHost({
        environment: fleet.environment,
        stackId,
        host,
        // Stacks that come up side by side find them there, and none builds what another one builds.
        tenants: isShared ? ofHost : tenants,
        isWatched,
        hasEdge: edgeHost !== undefined,
        hasWildcard: fleet.edge?.wildcard !== undefined,
        hasSnapshots: hasStore,
        portal,
        seeds,
        frozen,
        isMadeLater,
        transform,
      });
      if (!frozen) {
        hosts.push({ host, context: refs.context });
      }
      const turnVolume = createdOf(tenants).length > 0 || portal || isShared ? createTurnVolume(refs) : undefined;
      const edgeNetwork = edgeHost && createEdgeNetwork(refs, edgeHost);
      const edge = createEdge(fleet, refs, edgeNetwork, fleetSecret, secrets.wildcard);
      if (hasCopies) {
        createCopiesNetwork(refs);
      }
      const isCopied = fleet.offsite !== undefined && canHave(shipperService);
      const isBroughtBack = (name: string): boolean => isCopied && (!frozen || state.drillCopies.has(name));
      const watched: WatchedTenant[] = [];
      const stacks: TenantStack[] = [];
      const repositories: Record<string, pulumi.Output<string>> = {};
      const copies: Record<string, pulumi.Output<string>> = {};
      const keys: Record<string, pulumi.Output<EscrowedKeys>> = {};
      for (const tenant of tenants) {
        const lastBackup = lastBackups.get(tenant.name);
        const stack = tenantStack(tenant, refs, {
          ...{ isWatched, isCopied: isBroughtBack(tenant.name), turnVolume, edgeNetwork, fleetSecret, lastBackup },
        });
        passwords[tenant.name] = stack.adminPassword;
        // A copy is made of a tenant whose backups are there; brought anew, its own would meet those of before.
        if (tenant.copyOf === undefined) {
          repositories[tenant.name] = stack.repositoryVolume;
          Object.assign(copies, stack.copiesVolume && { [tenant.name]: stack.copiesVolume });
          keys[tenant.name] = stack.backupKeys;
        }
        watched.push(...(stack.watched ? [stack.watched] : []));
        stacks.push(stack);
      }
      for (const [name, lastBackup] of kept) {
        const backups = new KeptBackups(
          name,
          { context: refs.context, lastBackup, frozen },
          { providers: [refs.provider] },
        );
        repositories[name] = backups.repositoryVolume;
        keys[name] = backups.backupKeys;
      }
      if (portal && refs.images.portal && edgeNetwork && fleetSecret) {
        const own = { portal, refs, images: refs.images.portal, secrets: secrets.portal ?? {} };
        const args = { ...own, edgeNetwork, fleetSecret, turnVolume, isCopied: isBroughtBack(portal.name) };
        const stack = new PortalStack(portal.name, args, { providers: [refs.provider] });
        portalDatabaseUrl = stack.workerDatabaseUrl;
        repositories[portal.name] = stack.repositoryVolume;
        Object.assign(copies, stack.copiesVolume && { [portal.name]: stack.copiesVolume });
        keys[portal.name] = stack.backupKeys;
      }
      const snapshots = refs.images.snapshots
        ? new ServiceSnapshots({ refs, image: refs.images.snapshots }, { providers: [refs.provider] })
        : undefined;
      if (snapshots && keepsSomething) {
        repositories[snapshotsRepository(host.name)] = snapshots.repositoryVolume;
        keys[snapshotsRepository(host.name)] = snapshots.backupKeys;
      }
      let figures: pulumi.Output<string> | undefined;
      if (fleet.offsite && secrets.offsite && isCopied && Object.keys(repositories).length > 0) {
        const { offsite } = fleet;
        figures = new Shipper(
          `${host.name}-shipper`,
          { host, context: refs.context, offsite, secret: secrets.offsite, repositories, copies, keys },
          { providers: [refs.provider] },
        ).figuresVolume;
      }
      const { nginxlogExporter } = refs.images;
      const edgeKeeps = edge?.keeps;
      if (nginxlogExporter === undefined) {
        snapshots?.keep({ ...edgeKeeps });
        return [];
      }
      return [
        {
          ...{ refs, nginxlogExporter, figures, edgeKeeps, snapshots, stacks },
          snapshotFigures: snapshots?.figuresVolume,
          edgeNetwork: edgeNetwork?.id,
          tenants: watched,
        },
      ];
    }),
  );
  for (const { name, copyOf } of Object.values(fleet.tenants).filter((tenant) => tenant.state === "unfilled")) {
    void pulumi.log.warn(`${name} is declared as a copy of ${copyOf} and has no data yet: make copy TENANT=${name}`);
  }
  for (const { name, edge } of Object.values(fleet.tenants).filter(({ state }) => state !== "decommissioned")) {
    if (edge !== undefined && edge.unproven.length > 0) {
      void pulumi.log.warn(
        `${edge.unproven.join(", ")} of ${name} isn't proven to be its customer's, and isn't served: make domains TENANT=${name}`,
      );
    }
  }
  const outputs = {
    tenants: mapValues(fleet.tenants, tenantOutput),
    adminPasswords: pulumi.secret(pulumi.all(passwords)),
    hosts: mapValues(fleet.hosts, (host) => hostOutput(host, fleet)),
    ...(isWatchedFleet(fleet) ? createMonitoring(fleet, secrets, connected.flat()) : {}),
    ...(fleetSecret && { fleetSecret: pulumi.secret(fleetSecret) }),
    ...(fleet.portal && { portal: { url: fleet.portal.url, host: fleet.portal.host } }),
    ...(portalDatabaseUrl && { portalDatabaseUrl }),
  };
  reportBrokenContainers(fleet.environment, fleet.environment, hosts);
  return outputs;
}

interface ConnectedHost {
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

function createEdge(
  { edge, portal }: Fleet,
  refs: HostRefs,
  network: docker.Network | undefined,
  fleetSecret: pulumi.Output<string> | undefined,
  credentials: FleetSecrets["wildcard"],
): EdgeServer | undefined {
  const { host, images, provider } = refs;
  // The domain itself is served where the portal is.
  const names = portal?.host === host.name ? portal.edge.names : [];
  const wildcard = images.edgeWildcard &&
    credentials && { image: images.edgeWildcard, credentials, servesDomain: names.includes(edge?.domain ?? "") };
  return edge && network && images.edge && fleetSecret
    ? new EdgeServer(
        `${host.name}-edge`,
        { edge, refs, network, image: images.edge, fleetSecret, wildcard },
        { providers: [provider] },
      )
    : undefined;
}

function createMonitoring(
  fleet: WatchedFleet,
  secrets: FleetSecrets,
  hosts: readonly ConnectedHost[],
): Pick<FleetOutputs, "monitoring" | "monitoringPasswords"> {
  let shared: GatewaySecrets | undefined;
  const gatewaySecrets = (): GatewaySecrets => (shared ??= createGatewaySecrets());
  const servers = hosts.flatMap((connected) => {
    const { host, provider } = connected.refs;
    const monitored = monitoringOf(fleet, host.name);
    const { server } = new MonitoringStack(
      `${host.name}-monitoring`,
      monitored.role === "gateway"
        ? { fleet, ...connected, monitored, gateways: gatewaySecrets() }
        : {
            ...{ fleet, ...connected, monitored },
            secrets: secrets.monitoring[host.name] ?? {},
            stacks: hosts
              .filter(({ refs }) => monitored.watches.includes(refs.host.name))
              .flatMap(({ stacks }) => stacks),
            // Beside its own host it watches others.
            gateways: monitored.watches.length > 1 ? gatewaySecrets() : undefined,
          },
      { providers: [provider] },
    );
    connected.snapshots?.keep({ ...connected.edgeKeeps, ...keptOf(server) });
    return server ? [[host.name, server] as const] : [];
  });
  return {
    monitoring: Object.fromEntries(servers.map(([host, { addresses }]) => [host, addresses])),
    monitoringPasswords: pulumi.secret(
      pulumi.all(Object.fromEntries(servers.map(([host, { password }]) => [host, password]))),
    ),
  };
}

/** The volumes of what monitoring's services keep and is backed up. */
function keptOf(server: MonitoringAccess | undefined): Parameters<ServiceSnapshots["keep"]>[0] {
  const { alertmanager, grafana } = server?.dataVolumes ?? {};
  return { ...(alertmanager && { alertmanager }), ...(grafana && { grafana }) };
}

function hostOutput(host: Host, fleet: Fleet): HostOutput {
  const { tenants, memoryMiB, slots } = estimateHost(fleet, host);
  return {
    address: host.address,
    tenants,
    memory: { usedMiB: memoryMiB.used, limitMiB: memoryMiB.limit },
    slots: { used: slots.used, left: slots.left },
  };
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
