import type { EdgeHost } from "./edgeTypes";
import { sharedServices, type SharedNames, type SharedService } from "./monitoringTypes";
import { portalName, type PortalNames } from "./portalTypes";
import type { TenantNames } from "./types";

/** Longest name of a tenant. Leaves space for the environment in every name that is derived from it. */
export const maxTenantName = 32;

/** Longest name of an environment. */
const maxEnvironmentName = 30;

/** Longest label of a host name (RFC 1035). Container names are host names on the tenant's networks. */
const maxHostName = 63;

/**
 * Tenant names that would mean something else: PostgreSQL's own databases, and the words that `pg_hba.conf` takes for
 * groups of databases.
 */
export const reservedTenantNames: readonly string[] = [
  "all",
  "postgres",
  "replication",
  "samegroup",
  "samerole",
  "sameuser",
  "template0",
  "template1",
];

/** Shape of the names of tenants, hosts, plans and environments. */
export const namePattern = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** What the name of a host or a plan should have been; undefined when it is fine. */
export function labelFault(name: string): string | undefined {
  const fits = name.length <= maxTenantName && namePattern.test(name);
  return fits
    ? undefined
    : `1 to ${maxTenantName} lower-case letters, digits and hyphens, a letter first and no hyphen last`;
}

/** What a tenant's name should have been; undefined when it is fine. */
export function tenantNameFault(name: string, environment: string): string | undefined {
  const shape = `a name of 1 to ${maxTenantName} characters: lower-case letters, digits and hyphens, a letter first and no hyphen last`;
  if (name.length > maxTenantName) {
    return `${shape}; this one has ${name.length}`;
  }
  if (!namePattern.test(name)) {
    return shape;
  }
  if (reservedTenantNames.includes(name)) {
    return `a name that isn't reserved; reserved names are ${reservedTenantNames.join(", ")}`;
  }
  const longest = tenantNames(environment, name).postgres;
  if (longest.length > maxHostName && environmentNameFault(environment) === undefined) {
    const most = maxHostName - tenantNames(environment, "").postgres.length;
    return `at most ${most} characters in environment "${environment}", so that "${longest}" is a valid host name`;
  }
  return undefined;
}

/** What an environment's name should have been; undefined when it is fine. */
export function environmentNameFault(environment: string): string | undefined {
  const fits = environment.length <= maxEnvironmentName && namePattern.test(environment);
  return fits
    ? undefined
    : `a stack name of 1 to ${maxEnvironmentName} characters: lower-case letters, digits and hyphens, a letter first and no hyphen last`;
}

/** A valid name near an invalid one, to propose: `Acme Corp.` becomes `acme-corp`. */
export function validNameNear(name: string, fallback: string): string {
  const near = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, maxTenantName)
    .replace(/-+$/, "");
  const free = near === "" || reservedTenantNames.includes(near) ? `${fallback}-${near}` : near;
  return free.replace(/-+$/, "");
}

/** Name of the container of a service of a tenant. */
export function containerName(environment: string, tenant: string, service: string): string {
  return `${environment}-${tenant}-${service}`;
}

/**
 * Names of a tenant's Docker objects, unique on any engine that the environment's name is unique on.
 *
 * @param generation how many times its data was restored: each time into volumes of their own.
 * @param isCopy whether it is a copy of another tenant: its backups go with its data, since another log comes with that.
 */
export function tenantNames(environment: string, tenant: string, generation = 0, isCopy = false): TenantNames {
  const prefix = `${environment}-${tenant}`;
  const restored = generation === 0 ? "" : `-${generation}`;
  return {
    postgres: containerName(environment, tenant, "postgres"),
    odoo: containerName(environment, tenant, "odoo"),
    nginx: containerName(environment, tenant, "nginx"),
    backup: containerName(environment, tenant, "backup"),
    files: containerName(environment, tenant, "files"),
    internalNetwork: `${prefix}-internal`,
    frontNetwork: `${prefix}-front`,
    publishedNetwork: `${prefix}-published`,
    databaseVolume: `${prefix}-database${restored}`,
    filestoreVolume: `${prefix}-filestore${restored}`,
    repositoryVolume: `${prefix}-repository${isCopy ? restored : ""}`,
    drillVolume: `${prefix}-drill`,
    drillCopiesVolume: `${prefix}-drill-copies`,
    postgresConfigVolume: `${prefix}-postgres-config`,
    odooConfigVolume: `${prefix}-odoo-config`,
    nginxConfigVolume: `${prefix}-nginx-config`,
    filesConfigVolume: `${prefix}-files-config`,
    configWriter: `${prefix}-tenant-config`,
  };
}

/** Names of the portal's Docker objects: as those of a tenant, whose name no tenant has beside a portal. */
export function portalNames(environment: string): PortalNames {
  const own = tenantNames(environment, portalName);
  return {
    web: containerName(environment, portalName, "web"),
    postgres: own.postgres,
    backup: own.backup,
    internalNetwork: own.internalNetwork,
    frontNetwork: own.frontNetwork,
    databaseVolume: own.databaseVolume,
    repositoryVolume: own.repositoryVolume,
    drillVolume: own.drillVolume,
    drillCopiesVolume: own.drillCopiesVolume,
    webConfigVolume: `${containerName(environment, portalName, "web")}-config`,
    addressesVolume: `${containerName(environment, portalName, "addresses")}-config`,
    exportsVolume: containerName(environment, portalName, "exports"),
    postgresConfigVolume: own.postgresConfigVolume,
    configWriter: `${containerName(environment, portalName, "portal")}-config`,
  };
}

/** Name of the volume that the helpers of a host's tenants take turns by. No tenant's object ends like it. */
export function backupTurnVolume(environment: string): string {
  return `${environment}-backup-turn`;
}

/** Names of what copies a host's backups to the target. No tenant's object ends like one of them. */
export function shipperNames(
  environment: string,
): Readonly<Record<"container" | "network" | "configVolume" | "figuresVolume", string>> {
  const container = `${environment}-shipper`;
  return {
    container,
    network: container,
    configVolume: `${container}-config`,
    figuresVolume: `${container}-figures`,
  };
}

/**
 * Names of what takes snapshots of what a host's own services keep, and of its volumes: snapshots, what is copied or restored for a while, and
 * figures. No tenant's object ends like one of them.
 */
export function snapshotsNames(
  environment: string,
): Readonly<Record<"container" | "configVolume" | "repositoryVolume" | "scratchVolume" | "figuresVolume", string>> {
  const container = `${environment}-snapshots`;
  return {
    container,
    configVolume: `${container}-config`,
    repositoryVolume: `${container}-store`,
    scratchVolume: `${container}-scratch`,
    figuresVolume: `${container}-figures`,
  };
}

/** Name by which the snapshots of a host go among the backups of tenants: on the target, and where keys are kept. No tenant is called so. */
export function snapshotsRepository(host: string): string {
  return `_snapshots-${host}`;
}

/** Name of the network of what copies the backups of a host's tenants in stacks of their own. No tenant's object ends like it. */
export function copiesNetwork(environment: string): string {
  return `${environment}-copies`;
}

/** Names of what copies the backups of one tenant, which has a stack of its own. No other object of any tenant ends like one of them. */
export function tenantShipperNames(
  environment: string,
  tenant: string,
): Readonly<Record<"container" | "configVolume", string>> {
  const container = containerName(environment, tenant, "shipper");
  return { container, configVolume: `${container}-config` };
}

/** Names of what the edge of a host has. No tenant's object ends like these. */
export function edgeNames(environment: string): EdgeHost["names"] {
  return {
    container: `${environment}-edge`,
    network: `${environment}-edge`,
    configVolume: `${environment}-edge-config`,
    dataVolume: `${environment}-edge-data`,
    engineProxy: `${environment}-edge-engine-proxy`,
    engineProxyConfigVolume: `${environment}-edge-engine-proxy-config`,
    wildcard: `${environment}-edge-wildcard`,
    wildcardConfigVolume: `${environment}-edge-wildcard-config`,
    wildcardDataVolume: `${environment}-edge-wildcard-data`,
  };
}

/** Name of the volume without data that says where a tenant is. */
export function routeVolume(environment: string, tenant: string, id: string): string {
  return `${environment}-${tenant}-route-${id}`;
}

/**
 * Name of the volume without data whose being there lets the edge of the host start and stop a tenant's containers. No other object of
 * any tenant ends like it.
 */
export function wakeVolume(environment: string, tenant: string): string {
  return `${environment}-${tenant}-wake`;
}

/** Name of the volume without data that says when a tenant stops and starts while nobody applies its stack. */
export function scheduleVolume(environment: string, tenant: string): string {
  return `${environment}-${tenant}-schedule`;
}

/** Name of the volume without data that says what the host's agent has brought a tenant to; `ansible/roles/schedule` makes it. */
export function keptVolume(environment: string, tenant: string): string {
  return `${environment}-${tenant}-kept`;
}

/** Name of the volume without data that says what is declared of a tenant in a stack of its own. */
export function declaredVolume(environment: string, tenant: string): string {
  return `${environment}-${tenant}-declared`;
}

/** Name of a tenant's database. Hyphens would need quoting in SQL. Tenant names have no `_`, so no two names meet here. */
export function databaseName(tenant: string): string {
  return tenant.replaceAll("-", "_");
}

/** Company name of a tenant that states none: `acme-corp` becomes `Acme Corp`. */
export function defaultCompany(tenant: string): string {
  return tenant
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}

/**
 * Names of what the tenants of a host share. None ends like a tenant's (`-odoo`, `-odoo-config`, ...), so whatever a tenant
 * is called, the two never meet.
 */
export function sharedNames(environment: string): SharedNames {
  const named = (suffix: string): Record<SharedService, string> =>
    Object.fromEntries(sharedServices.map((service) => [service, `${environment}-${service}${suffix}`])) as Record<
      SharedService,
      string
    >;
  const { prometheus, alertmanager, grafana } = named("-data");
  return {
    network: `${environment}-monitoring`,
    containers: named(""),
    configVolumes: named("-config"),
    dataVolumes: { prometheus, alertmanager, grafana },
  };
}
