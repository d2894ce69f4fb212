/**
 * Facts about safe containers that are used on both sides: the program builds and validates by them, and the policy pack
 * holds every stack, also another team's, to them.
 */

/** Seconds that a container gets to stop by itself. The Docker provider's own default is 0, which kills PostgreSQL hard. */
export const stopGraceSeconds = 60;

/** Ports below need a privilege on the host (`net.ipv4.ip_unprivileged_port_start`). */
export const firstUnprivilegedPort = 1024;

/** Privileged ports that the host's edge, and nothing else, publishes: HTTP and HTTPS. */
export const edgePorts: readonly number[] = [80, 443];

/** Services that hold a customer's database. */
export const databaseServices: readonly string[] = ["postgres"];

/** Services that lose or repair something when they are killed instead of stopped. */
export const statefulServices: readonly string[] = ["postgres", "odoo"];

/** The folder of every container that holds its configuration and secrets; a volume of its own. */
export const configFolder = "/etc/odoo-fleet";

/** The folder of a tenant's containers that holds its backups, encrypted; a volume of its own. */
export const repositoryFolder = "/var/lib/odoo-fleet/repository";

/** Folder with the files of exports of the portal, in its web process; `images/portal` has it. */
export const exportsFolder = "/var/lib/odoo-fleet/exports";

/** The folder in which what copies backups to the target has those of each tenant, to read. */
export const repositoriesFolder = "/srv/repositories";

/** The folder in which it brings those of each tenant back for a drill; each is a volume that nobody else writes to. */
export const copiesFolder = "/srv/copies";

/** The folder into which it writes its figures, and from which the host's exporter reads them. */
export const figuresFolder = "/var/lib/odoo-fleet/figures";

/** Folder of its container with that of each service whose data it backs up; `images/snapshots` has it. */
export const servicesFolder = "/srv/services";

/** Folder for what is copied, proven or restored, likewise. */
export const scratchFolder = "/srv/scratch";

/** The folder into which it writes its figures, and from which the host's exporter reads them, likewise. */
export const snapshotFiguresFolder = "/var/lib/odoo-fleet/snapshot-figures";

/** The service that copies a host's backups to the target. */
export const shipperService = "shipper";

/** The network by which what copies backups of tenants in stacks of their own reaches the target. */
export const copiesService = "copies";

/** The service that serves a host's tenants by HTTPS. */
export const edgeService = "edge";

/** Folder of its certificates, keys and account; a volume of its own. */
export const edgeDataFolder = "/data";

/** What a host has for the portal, as a whole. */
export const portalService = "portal";

/** The portal's web process. */
export const portalWebService = "web" as const;

/** What lets the edge ask the engine where tenants are, and nothing else. */
export const edgeEngineProxyService = "edge-engine-proxy";

/** What orders the edge's wildcard certificate. */
export const edgeWildcardService = "edge-wildcard";

/** Folder of that certificate, its key and the account, in what orders it and in the edge; a volume of its own. */
export const wildcardDataFolder = "/wildcard";

/** A volume without data that says where the edge finds a tenant: see `fleet/route.ts`. */
export const routeService = "route";

/** A volume without data whose being there lets the edge start and stop a suspended tenant: see `components/edge/engineProxy.ts`. */
export const wakeService = "wake";

/** A volume without data that says when a tenant stops and starts by itself: see `fleet/lifecycle/schedule.ts`. */
export const scheduleService = "schedule";

/** A volume without data that says what a host has done of that by itself. */
export const keptService = "kept";

/** A volume without data that says what is declared of a tenant in a stack of its own: see `monitoring/declaredTenant.ts`. */
export const declaredService = "declared";

/** Services of a tenant that a visit wakes, in the order in which they are started. Its Nginx runs all the time. */
export const wokenServices = ["postgres", "odoo", "backup", "files"] as const;

/**
 * The same in the order in which they are stopped: Odoo ends before its database, which hands the last of its log to the archive. The edge
 * (`images/edge/odoo-fleet-waker`) and a host that goes by its schedules (`ansible/roles/schedule/`) stop them so, too.
 */
export const stoppedServices = ["odoo", "files", "backup", "postgres"] as const;

/** What all services that watch a host share: their network. */
export const monitoringService = "monitoring";

/** What those who back a host's tenants up take turns by. */
export const turnService = "backup-turn";

/** Label, after the fleet's prefix, that says what keeps the copies: `35d`, or `none: REASON`. */
export const backupLockLabel = "backup-lock";

/** The service that takes snapshots of what a host's own services keep. */
export const snapshotsService = "snapshots";

/** Services that back a tenant up. They read its data, so nothing may lead out of them. */
export const backupServices: readonly string[] = ["backup", "files"];

/** Services that hold what is backed up and what opens the backups: nothing may lead out of them. */
export const unconnectedServices: readonly string[] = [...backupServices, snapshotsService];

/**
 * Where services keep what isn't made anew from the declaration. Most are volumes that their images declare: without a mount, the engine makes nameless
 * ones. The edge's are certificates, keys and accounts, of which an authority signs so many a week.
 */
export const dataPaths: Readonly<Record<string, readonly string[]>> = {
  // PostgreSQL 18 moved its volume one folder up; a mount of either holds the data.
  postgres: ["/var/lib/postgresql", "/var/lib/postgresql/data"],
  odoo: ["/var/lib/odoo"],
  [edgeService]: [edgeDataFolder],
  [edgeWildcardService]: [wildcardDataFolder],
};

/** Any address of a machine: IPv4, IPv6, or both. What is published there is open to every network of the host. */
export function isWildcardAddress(address: string): boolean {
  return ["", "*", "0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0"].includes(address);
}

/** A port that is published on a host. */
export interface PortBinding {
  /** Address of the host; a wildcard is every one of them. */
  readonly address: string;
  readonly port: number;
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string;
}

/** Whether two ports can't be published on one host at the same time. */
export function bindingsCollide(one: PortBinding, other: PortBinding): boolean {
  return (
    one.port === other.port &&
    one.protocol === other.protocol &&
    (isWildcardAddress(one.address) || isWildcardAddress(other.address) || one.address === other.address)
  );
}

/** Whether an engine is reached over a network without SSH; TLS has to be added to it, or it is open to everybody. */
export function isTcpEndpoint(endpoint: string): boolean {
  return /^(tcp|https?):\/\//i.test(endpoint.trim());
}

/** Whether an image's name fixes its content: a digest, which no tag does. */
export function isPinned(image: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(image);
}
