/**
 * The resolved model: what `resolveFleet` makes of a validated configuration. Every number and name
 * that a resource needs is here, computed once; nothing downstream computes one again.
 */

import type { BackupPolicy } from "./backup";
import type { Edge, TenantEdge } from "./edgeTypes";
import type { Layout } from "./layout";
import type { TenantLifecycle } from "./lifecycle/tenantLifecycle";
import type { Monitoring, MonitoringImages } from "./monitoringTypes";
import type { Offsite } from "./offsite";
import type { Portal } from "./portalTypes";
import type { OdooOptions } from "./schema/odooOptions";
import type { AutomaticUpdates } from "./updates";

/** Odoo releases that the fleet can render a configuration for. */
export type OdooVersion = "17.0" | "18.0" | "19.0";

/** PostgreSQL majors that a tenant can ask for. Not every pair with an Odoo release is supported. */
export type PostgresVersion = 13 | 14 | 15 | 16 | 17 | 18;

/**
 * `running`: all containers run. `suspended`: they are there and stopped, but for Nginx, which says so; the volumes stay
 * protected, and `running` brings it back as it was. `decommissioned`: containers and networks are gone, the volumes are kept but no
 * longer protected, so that the tenant may be taken out of the configuration.
 */
export const tenantStates = ["running", "suspended", "decommissioned"] as const;

/** One of `tenantStates`. */
export type TenantState = (typeof tenantStates)[number];

/** `unfilled`: a copy of another tenant that `make copy` hasn't filled yet; there is nothing of it on its host. */
export const resolvedStates = [...tenantStates, "unfilled"] as const;

/** One of `resolvedStates`. */
export type ResolvedState = (typeof resolvedStates)[number];

/** Everything one environment (a Pulumi stack, or one and a stack for each tenant) declares. */
export interface Fleet {
  /** Name of the environment: the Pulumi stack's name. */
  readonly environment: string;
  /** In which stacks it is. */
  readonly layout: Layout;
  readonly hosts: Readonly<Record<string, Host>>;
  readonly tenants: Readonly<Record<string, Tenant>>;
  /**
   * Places for tenants in stacks of their own that what watches a host is sized for, by host: at least as many as there are. Only of what the
   * environment's own stack makes where it has no tenant: see `ownPart`.
   */
  readonly ownStacks?: Readonly<Record<string, number>>;
  /** Every plan that tenants can name. */
  readonly plans: Readonly<Record<string, PlanSize>>;
  /** How the fleet is watched; undefined: it isn't. */
  readonly monitoring?: Monitoring;
  /** Where copies of all backups go; undefined: none leaves its host. */
  readonly offsite?: Offsite;
  /** How tenants are served by HTTPS; undefined: they aren't. */
  readonly edge?: Edge;
  /** Where customers order tenants by themselves; undefined: nowhere. */
  readonly portal?: Portal;
  /** When `make up` updates tenants with data by itself; undefined: never. */
  readonly updates?: AutomaticUpdates;
}

/** What a plan takes from its host. */
export interface PlanSize {
  /** MiB for a tenant's three containers together, and those that back it up. */
  readonly memoryMiB: number;
  readonly cpus: number;
}

/** A Docker engine that runs tenants. */
export interface Host {
  readonly name: string;
  /** Engine endpoint (`unix:///var/run/docker.sock`, `ssh://ops@host`); undefined: DOCKER_HOST, then the provider's default. */
  readonly docker?: string;
  /** How its machine is logged in to; undefined: never. */
  readonly connection?: Connection;
  /** Whether `pulumi up` makes the machine a host, or takes it as it is. */
  readonly bootstrap: "ansible" | "none";
  readonly os: "linux" | "windows";
  /** Public keys of its SSH server, `ssh-ed25519 AAAA...`; empty: what the user's own known_hosts say. */
  readonly hostKeys: readonly string[];
  /** File of the private key that the fleet logs in with; undefined: SSH's own choice. */
  readonly identityFile?: string;
  /** People who look after it, by login. */
  readonly operators: readonly Operator[];
  readonly firewall: Firewall;
  /** Name or address by which customers reach the host; used in tenant URLs. */
  readonly address: string;
  /** Address that published ports are bound to, never a wildcard unless said so. */
  readonly bindAddress: string;
  /** Address that the edge is published on; may be a wildcard. */
  readonly publicAddress: string;
  /** First port of slot 0. */
  readonly portBase: number;
  /** Network of all tenant subnets on this host, a /16 such as `10.200.0.0/16`. */
  readonly subnetBase: string;
  /** Memory that tenants may use together, MiB; undefined: not checked. */
  readonly memoryMiB?: number;
  /** CPUs that tenants may be promised together; undefined: not checked. */
  readonly cpus?: number;
  /** Slots that no declared tenant may take, those of the portal among them. */
  readonly reservedSlots: readonly number[];
  /** Those of them that are the portal's: its own, and what customers order. */
  readonly portalSlots: readonly number[];
  /** Base images on this host's engine. */
  readonly images: BaseImages;
}

/** This machine, or one behind SSH. */
export type Connection = { readonly kind: "local" } | { readonly kind: "ssh"; readonly login: SshLogin };

/** A login on a machine. */
export interface SshLogin {
  readonly user: string;
  /** Name or address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Somebody who looks after a host. */
export interface Operator {
  readonly name: string;
  /** Public keys. */
  readonly keys: readonly string[];
  /** Commands, by their whole paths, that the operator may run as root. */
  readonly sudo: readonly string[];
}

/** What a host's firewall lets in, beside the tenants' ports. */
export interface Firewall {
  /** Networks that may log in by SSH; empty: every one. */
  readonly sshFrom: readonly string[];
  readonly allow: readonly FirewallRule[];
}

/** A port of the host itself that is open. */
export interface FirewallRule {
  readonly port: number;
  readonly protocol: "tcp" | "udp";
  /** Networks that may reach it; empty: every one. */
  readonly from: readonly string[];
  /** What it is for. */
  readonly comment: string;
}

/** Base images by version: what the custom images are built from. References with tag, and digest where pinned. */
export interface BaseImages {
  readonly odoo: Readonly<Partial<Record<OdooVersion, string>>>;
  readonly postgres: Readonly<Partial<Record<PostgresVersion, string>>>;
  readonly nginx: string;
  /** Of what copies backups off the host; it runs as it is. */
  readonly rclone: string;
  /** What the edge's program is taken from. */
  readonly caddy: string;
  /** What orders wildcard certificates is taken from. */
  readonly lego: string;
  /** What the portal runs on. */
  readonly node: string;
  readonly monitoring: MonitoringImages;
}

/** What goes into the custom Odoo image on top of its base. */
export interface OdooImageExtras {
  /** Folders of extra addons, relative to the project. Their modules are in `/opt/odoo-fleet/addons` of the image. */
  readonly addons: readonly string[];
  /** pip requirement specifiers, e.g. `phonenumbers==8.13.50`. */
  readonly pythonPackages: readonly string[];
  /** Debian package names. */
  readonly debianPackages: readonly string[];
}

/** One customer's Odoo. */
export type Tenant = RunningTenant | SuspendedTenant | DecommissionedTenant | UnfilledCopy;

/** A tenant that has containers, whether they run or not. */
export type CreatedTenant = RunningTenant | SuspendedTenant;

/** A tenant whose containers run. */
export interface RunningTenant extends TenantDeclaration {
  readonly state: "running";
  readonly baseImages: TenantBaseImages;
}

/** A tenant whose containers are stopped, but for its Nginx. */
export interface SuspendedTenant extends TenantDeclaration {
  readonly state: "suspended";
  readonly baseImages: TenantBaseImages;
  /** How the edge of its host wakes it for a visitor; undefined: nobody but its operator does. */
  readonly wake?: Wake;
}

/** How a suspended tenant is woken by a visit or what is due, and sleeps again. */
export interface Wake {
  /** Minutes without a visit after which it is stopped again. */
  readonly sleepAfterMinutes: number;
  /** Minutes after which a scheduled action that is due wakes it too; undefined: none does. */
  readonly actionsAfterMinutes?: number;
}

/** What a tenant's images are built from on its host. References with tag, and digest where pinned. */
export interface TenantBaseImages {
  readonly odoo: string;
  readonly postgres: string;
  readonly nginx: string;
}

/** A tenant of which only the volumes are left, unprotected. Nothing is built or checked for it. */
export interface DecommissionedTenant extends TenantDeclaration {
  readonly state: "decommissioned";
  /** Why it goes without a last backup; undefined: one is made and proven. */
  readonly withoutLastBackup?: string;
  /** The last day, UTC, for which its backups stay, such as `2026-12-27`; undefined: as long as its backups always do. */
  readonly keepUntil?: string;
}

/** A copy that is declared and has no data yet. `make copy` fills it, and then it runs. */
export interface UnfilledCopy extends Omit<RunningTenant, "state"> {
  readonly state: "unfilled";
}

/** What every tenant has, whether it runs or not. */
export interface TenantDeclaration {
  readonly name: string;
  readonly host: string;
  readonly slot: number;
  readonly plan: string;
  readonly odooVersion: OdooVersion;
  readonly postgresVersion: PostgresVersion;
  /** Modules of the seed that the tenant's database is cloned from; sorted, unique, with `base` and `web`. */
  readonly modules: readonly string[];
  /** Modules that Odoo loads for all databases, beside its own; sorted, unique. */
  readonly serverWideModules: readonly string[];
  /** Options of `odoo.conf` that the tenant chose. */
  readonly odooOptions: OdooOptions;
  readonly odooImage: OdooImageExtras;
  /** Company name that a fresh database starts with. */
  readonly company: string;
  /** Database name; equals the tenant's name with `-` as `_`. */
  readonly database: string;
  readonly ports: TenantPorts;
  readonly subnets: TenantSubnets;
  readonly addresses: TenantAddresses;
  /** Of a copy, whose front network has no way out. */
  readonly published?: PublishedNetwork;
  readonly names: TenantNames;
  /** Base URL that customers use, e.g. `https://acme.example.com`, or `http://127.0.0.1:20010` without an edge. */
  readonly url: string;
  /** How the edge of its host serves it; undefined: there is none. */
  readonly edge?: TenantEdge;
  /** Whether its own port is published for plain HTTP. */
  readonly publishesPort: boolean;
  readonly sizing: Sizing;
  readonly backup: BackupPolicy;
  /** How many times its data was restored, or a copy was filled; its volumes' names follow from it. */
  readonly restored: number;
  /** The tenant that this one is a copy of; undefined: it is a customer's own. */
  readonly copyOf?: string;
  /** Modules that somebody has looked at, of which a copy needs no `neutralize.sql`. */
  readonly neutralized: readonly string[];
  /** Its own times to run, and what they came to; undefined: it has none, and `state` is what was declared. */
  readonly lifecycle?: TenantLifecycle;
}

export interface TenantPorts {
  /** Nginx, plain HTTP: portBase + slot x 10. The nine ports behind it are the slot's. */
  readonly http: number;
  /** Nginx for the host's edge, on the edge's network. */
  readonly edge: number;
}

/** The network by which a copy's port is published, and which its Nginx alone is on. */
export interface PublishedNetwork {
  /** A /28. */
  readonly subnet: string;
  /** The engine's own address. */
  readonly gateway: string;
  readonly nginx: string;
}

export interface TenantSubnets {
  /** Odoo and database, no way out. A /27. */
  readonly internal: string;
  /** Nginx and Odoo. A /27; of a copy a /28 without a way out. */
  readonly front: string;
}

/** Fixed addresses inside the subnets: a peer finds the other again after a restart without asking a resolver. */
export interface TenantAddresses {
  /** The engine's own address in each network: the subnet's second. */
  readonly internalGateway: string;
  readonly frontGateway: string;
  /** Odoo on the internal network: the only client that the database lets in. */
  readonly odooInternal: string;
  /** PostgreSQL on the internal network. Fixed too: an engine gives the lowest free address to a container that asks for none. */
  readonly postgresInternal: string;
  /** The exporter that asks the database for its figures, on the internal network. */
  readonly postgresExporterInternal: string;
  /** Odoo on the front network: the subnet's third address (the first is the network, the second the gateway). */
  readonly odooFront: string;
  /** Nginx on the front network: the fourth. */
  readonly nginxFront: string;
  /** The prober of Odoo's health, on the front network. */
  readonly blackboxExporterFront: string;
  /** The reader of Nginx's access log, on the front network. */
  readonly nginxlogExporterFront: string;
}

/** Names of the Docker objects, unique per engine: `${environment}-${tenant}-...`. */
export interface TenantNames {
  readonly postgres: string;
  readonly odoo: string;
  readonly nginx: string;
  /** What backs the database up. */
  readonly backup: string;
  /** What backs the filestore up. */
  readonly files: string;
  readonly internalNetwork: string;
  readonly frontNetwork: string;
  /** A copy's third network. */
  readonly publishedNetwork: string;
  /** PostgreSQL's data. */
  readonly databaseVolume: string;
  /** Odoo's filestore and sessions. */
  readonly filestoreVolume: string;
  /** Backups of both, encrypted. */
  readonly repositoryVolume: string;
  /** In which backups are restored to prove that they can be. */
  readonly drillVolume: string;
  /** Into which copies of backups are brought back to that end, where there are any. */
  readonly drillCopiesVolume: string;
  /** Configuration and secrets of each container, one volume each; what it only passes on waits there too. */
  readonly postgresConfigVolume: string;
  readonly odooConfigVolume: string;
  readonly nginxConfigVolume: string;
  readonly filesConfigVolume: string;
  /** The container that carries files into these, and never runs. */
  readonly configWriter: string;
}

/** A container's limits. */
export interface Limits {
  /** MiB; swap is stated equal, so that there is none. */
  readonly memoryMiB: number;
  /** CPUs, e.g. 0.5. */
  readonly cpus: number;
}

/** A plan's figures, solved together so that they fit. */
export interface Sizing {
  readonly odoo: Limits & {
    /** HTTP workers; 0 is the threaded server. */
    readonly workers: number;
    readonly maxCronThreads: number;
    /** Virtual bytes a worker may have before it is recycled after its request. */
    readonly limitMemorySoft: number;
    /** Virtual bytes at which a worker's allocation fails. */
    readonly limitMemoryHard: number;
    /** Seconds of CPU and of wall time for a request. */
    readonly limitTimeCpu: number;
    readonly limitTimeReal: number;
    /** Connections a process may hold. */
    readonly dbMaxconn: number;
    /** Size of the tmpfs at /tmp, MiB; part of memoryMiB, since the engine counts a tmpfs as memory. */
    readonly tmpMiB: number;
  };
  readonly postgres: Limits & {
    readonly maxConnections: number;
    readonly sharedBuffersMiB: number;
    readonly effectiveCacheSizeMiB: number;
    readonly workMemKiB: number;
    readonly maintenanceWorkMemMiB: number;
    /** How long a transaction may ask for nothing: as long as a request may compute between two questions. */
    readonly idleInTransactionMinutes: number;
    readonly shmSizeMiB: number;
  };
  readonly nginx: Limits & {
    /** Largest request body, MiB. */
    readonly uploadMiB: number;
    /** Most static files that are kept at hand, MiB, on disk. */
    readonly cacheMiB: number;
  };
  /** What backs the database up. */
  readonly backup: Limits;
  /** What backs the filestore up. */
  readonly files: Limits;
  /** What a drill may take of the host's memory; what it doesn't have left, it waits for. */
  readonly drillMiB: number;
}
