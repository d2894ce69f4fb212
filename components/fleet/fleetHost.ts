import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { snapshotsRepository } from "../../fleet/names";
import { createdOf, tenantsOn } from "../../fleet/tenantsOn";
import type { Host } from "../../fleet/types";
import { createCopiesNetwork } from "../backup/copiesNetwork";
import { KeptBackups } from "../backup/keptBackups";
import { ServiceSnapshots } from "../backup/serviceSnapshots";
import { Shipper } from "../backup/shipper";
import { createTurnVolume } from "../backup/turnVolume";
import { createEdgeNetwork, EdgeServer } from "../edge/edgeServer";
import { connectHost, type HostRefs } from "../host/connectHost";
import { prepareHost } from "../host/prepareHost";
import { PortalStack } from "../portal/portalStack";
import type { CheckedHost } from "../run/brokenContainers";
import { tenantStack } from "../tenant/createTenant";
import type { TenantStack } from "../tenant/tenantStack";
import { CopiedBackups } from "./copiedBackups";
import type { WatchedHost } from "./fleetMonitoring";
import type { FleetRun } from "./fleetRun";
import { hostServices, type HostServices } from "./hostServices";

/** What a stack has on one host. */
export interface FleetHost {
  /** What the run's last look goes by; undefined: nothing of the host may change now. */
  readonly checked?: CheckedHost;
  /** First passwords, by tenant. */
  readonly adminPasswords: Readonly<Record<string, pulumi.Output<string>>>;
  /** URL of the portal's database for its worker; undefined: the portal isn't here. */
  readonly portalDatabaseUrl?: pulumi.Output<string>;
  /** What monitoring begins with; undefined: nothing is watched here. */
  readonly watched?: WatchedHost;
}

/** What the parts of a host are made with. */
interface HostParts {
  readonly run: FleetRun;
  readonly refs: HostRefs;
  readonly services: HostServices;
  readonly frozen: boolean;
  /** The turn in which helpers drill. */
  readonly turnVolume?: docker.Volume;
  readonly edgeNetwork?: docker.Network;
  readonly backups: CopiedBackups;
}

/**
 * Makes a machine a host where that is declared, and creates what the stack has on it, but for monitoring.
 *
 * @returns undefined where it has nothing there.
 */
export async function createFleetHost(run: FleetRun, host: Host): Promise<FleetHost | undefined> {
  const { fleet, declared, secrets, state, checked } = run;
  const prepared = await prepareHost(fleet, host, checked, state, {
    sudoPassword: secrets.sudoPasswords[host.name],
    // The firewall's ports are a host's, whoever's its tenants are.
    opensFor: tenantsOn(declared, host),
  });
  const services = hostServices(run, host, prepared);
  if (!services) {
    return undefined;
  }
  const { frozen, isMadeLater } = prepared;
  const { isWatched, portal, seeds, edge: edgeHost, hasSnapshots, isShared } = services;
  const refs = connectHost({
    ...{ environment: fleet.environment, stackId: run.stackId, host, tenants: services.withImages, isWatched },
    ...{ hasEdge: edgeHost !== undefined, hasWildcard: fleet.edge?.wildcard !== undefined, hasSnapshots },
    ...{ portal, seeds, frozen, isMadeLater, transform: run.transform },
  });
  const hasHelpers = createdOf(services.tenants).length > 0 || portal !== undefined || isShared;
  const turnVolume = hasHelpers ? createTurnVolume(refs) : undefined;
  const edgeNetwork = edgeHost && createEdgeNetwork(refs, edgeHost);
  const parts: HostParts = { run, refs, services, frozen, turnVolume, edgeNetwork, backups: new CopiedBackups() };

  const edge = createEdge(parts);
  if (services.hasCopies) {
    createCopiesNetwork(refs);
  }
  const stacks = createTenants(parts);
  keepBackups(parts);
  const portalStack = createPortal(parts);
  const snapshots = createSnapshots(parts);
  const figures = createShipper(parts);
  const { nginxlogExporter } = refs.images;
  if (nginxlogExporter === undefined) {
    snapshots?.keep({ ...edge?.keeps });
  }
  return {
    checked: frozen ? undefined : { host, context: refs.context },
    adminPasswords: Object.fromEntries(stacks.map(([name, stack]) => [name, stack.adminPassword])),
    portalDatabaseUrl: portalStack?.workerDatabaseUrl,
    watched: nginxlogExporter && {
      ...{ refs, nginxlogExporter, figures, snapshots, edgeKeeps: edge?.keeps },
      snapshotFigures: snapshots?.figuresVolume,
      edgeNetwork: edgeNetwork?.id,
      stacks: stacks.map(([, stack]) => stack),
      tenants: stacks.flatMap(([, { watched }]) => watched ?? []),
    },
  };
}

function createEdge({ run, refs, edgeNetwork: network }: HostParts): EdgeServer | undefined {
  const { fleet, fleetSecret, secrets } = run;
  const { host, images, provider } = refs;
  const { edge, portal } = fleet;
  // The domain itself is served where the portal is.
  const names = portal?.host === host.name ? portal.edge.names : [];
  const credentials = secrets.wildcard;
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

/** Whether copies of a tenant's backups are brought back for its drills. */
function isBroughtBack({ run, services, frozen }: HostParts, name: string): boolean {
  return services.isCopied && (!frozen || run.state.drillCopies.has(name));
}

function createTenants(parts: HostParts): (readonly [name: string, stack: TenantStack])[] {
  const { run, refs, services, turnVolume, edgeNetwork, backups } = parts;
  return services.tenants.map((tenant) => {
    const { name } = tenant;
    const stack = tenantStack(tenant, refs, {
      ...{ isWatched: services.isWatched, isCopied: isBroughtBack(parts, name), turnVolume, edgeNetwork },
      ...{ fleetSecret: run.fleetSecret, lastBackup: run.lastBackups.get(name) },
    });
    // A copy is made of a tenant whose backups are there; brought anew, its own would meet those of before.
    if (tenant.copyOf === undefined) {
      backups.add(name, stack);
    }
    return [name, stack];
  });
}

/** Keeps the backups of tenants that have left. */
function keepBackups({ refs, services, frozen, backups }: HostParts): void {
  for (const [name, lastBackup] of services.kept) {
    const args = { context: refs.context, lastBackup, frozen };
    backups.add(name, new KeptBackups(name, args, { providers: [refs.provider] }));
  }
}

function createPortal(parts: HostParts): PortalStack | undefined {
  const { run, refs, services, turnVolume, edgeNetwork, backups } = parts;
  const { fleetSecret, secrets } = run;
  const { portal } = services;
  const images = refs.images.portal;
  if (!portal || !images || !edgeNetwork || !fleetSecret) {
    return undefined;
  }
  const { name } = portal;
  const stack = new PortalStack(
    name,
    {
      ...{ portal, refs, images, secrets: secrets.portal ?? {}, edgeNetwork, fleetSecret, turnVolume },
      isCopied: isBroughtBack(parts, name),
    },
    { providers: [refs.provider] },
  );
  backups.add(name, stack);
  return stack;
}

/** Makes the place of the snapshots of what services keep. What is kept is known when all services are there: see `ServiceSnapshots.keep`. */
function createSnapshots({ refs, services, backups }: HostParts): ServiceSnapshots | undefined {
  const image = refs.images.snapshots;
  const snapshots = image && new ServiceSnapshots({ refs, image }, { providers: [refs.provider] });
  if (snapshots && services.keepsSomething) {
    const { repositoryVolume, backupKeys } = snapshots;
    backups.add(snapshotsRepository(refs.host.name), { repositoryVolume, backupKeys });
  }
  return snapshots;
}

/** @returns the name of the volume with the figures of what copies the host's backups; undefined: nothing does. */
function createShipper({ run, refs, services, backups }: HostParts): pulumi.Output<string> | undefined {
  const { offsite } = run.fleet;
  const secret = run.secrets.offsite;
  if (!offsite || !secret || !services.isCopied || backups.isEmpty) {
    return undefined;
  }
  const { host, context, provider } = refs;
  const { repositories, copies, keys } = backups;
  return new Shipper(
    `${host.name}-shipper`,
    { host, context, offsite, secret, repositories, copies, keys },
    { providers: [provider] },
  ).figuresVolume;
}
