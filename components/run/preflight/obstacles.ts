import { type ConfigProblem, showValue } from "../../../fleet/errors";
import { formatPath } from "../../../fleet/paths";
import { createdOf } from "../../../fleet/tenantsOn";
import type { CreatedTenant, Tenant } from "../../../fleet/types";
import { stackIdLabel } from "../../container/serviceContext";
import { edgeObstacles } from "./edgeObstacles";
import { isPortals, portalImages, portalObstacles } from "./portalObstacles";
import { engineObstacles, minimumFreeInodes } from "./engineObstacles";
import type { ContainerFact, HostFacts } from "./hostFacts";
import { sharedImageReferences, sharedObstacles } from "./sharedObstacles";
import { type DeclaredHost, portOwner, subnetObstacle } from "./taken";

/** MiB that must be free where the engine keeps its data before a tenant is created there: images, a database, logs. */
export const minimumFreeDiskMiB = 2048;

/** What stands in the way of the declaration on a host. Pure: the facts are read before. */
export function findObstacles(declared: DeclaredHost, facts: HostFacts): ConfigProblem[] {
  const created = createdOf(declared.tenants);
  return [
    ...engineObstacles(declared, facts),
    ...created.flatMap((tenant) => portObstacle(declared, tenant, facts) ?? []),
    ...created.flatMap((tenant) => subnetObstacles(declared, tenant, facts)),
    ...created.flatMap((tenant) => cpuObstacle(declared, tenant, facts) ?? []),
    ...sharedObstacles(declared, facts),
    ...edgeObstacles(declared, facts),
    ...portalObstacles(declared, facts),
    ...imageObstacles(declared, created, facts),
    ...diskObstacle(declared, created, facts),
    ...(declared.ownsEnvironment ? leftOutTenants(declared, facts) : []),
  ];
}

function portObstacle(
  { environment, host }: DeclaredHost,
  tenant: Tenant,
  facts: HostFacts,
): ConfigProblem | undefined {
  if (!tenant.publishesPort) {
    return undefined;
  }
  const port = tenant.ports.http;
  const isOurs = ({ labels }: ContainerFact): boolean =>
    labels["odoo-fleet.environment"] === environment && labels["odoo-fleet.tenant"] === tenant.name;
  const owner = portOwner(facts, host.bindAddress, port, isOurs);
  if (owner === undefined) {
    return undefined;
  }
  return {
    path: `odoo-fleet:tenants.${tenant.name}.slot`,
    value: showValue(tenant.slot),
    expected: `port ${port} of host ${host.name} to be free; it is taken by ${owner}`,
    wayOut: `stop it, or give the tenant another slot: pulumi config set --path 'odoo-fleet:tenants.${tenant.name}.slot' N`,
  };
}

function subnetObstacles({ environment, host }: DeclaredHost, tenant: Tenant, facts: HostFacts): ConfigProblem[] {
  const ownNames: string[] = [tenant.names.internalNetwork, tenant.names.frontNetwork, tenant.names.publishedNetwork];
  const { internal, front } = tenant.subnets;
  return [internal, front, ...(tenant.published ? [tenant.published.subnet] : [])].flatMap(
    (subnet) =>
      subnetObstacle({ environment, host, subnet, ownNames, whose: `tenant ${tenant.name}`, hasSlot: true }, facts) ??
      [],
  );
}

/** An engine takes a quota above the CPUs that there are, and the tenant would never get what its plan promises. */
function cpuObstacle(
  { host }: DeclaredHost,
  { name, plan, sizing }: Tenant,
  facts: HostFacts,
): ConfigProblem | undefined {
  const most = Math.max(sizing.odoo.cpus, sizing.postgres.cpus, sizing.nginx.cpus);
  if (most <= facts.cpus) {
    return undefined;
  }
  return {
    path: `odoo-fleet:tenants.${name}.plan`,
    value: showValue(plan),
    expected: `a plan whose containers use at most the ${facts.cpus} CPUs of host ${host.name}; one of this plan's may use ${most}`,
    wayOut: `choose a smaller plan, lower the plan's cpus (odoo-fleet:plans.${plan}.cpus), or use a bigger host`,
  };
}

function imageObstacles(
  { host, monitored, ships, edge, portal }: DeclaredHost,
  created: readonly CreatedTenant[],
  facts: HostFacts,
): ConfigProblem[] {
  const wanted = sharedImageReferences(host, monitored, ships);
  for (const { odooVersion, postgresVersion, baseImages } of created) {
    wanted.set(formatPath(["images", "odoo", odooVersion]), baseImages.odoo);
    wanted.set(formatPath(["images", "postgres", postgresVersion.toString()]), baseImages.postgres);
    wanted.set(formatPath(["images", "nginx"]), baseImages.nginx);
  }
  if (edge) {
    wanted.set(formatPath(["images", "nginx"]), host.images.nginx);
    wanted.set(formatPath(["images", "caddy"]), host.images.caddy);
    if (edge.wildcard) {
      wanted.set(formatPath(["images", "lego"]), host.images.lego);
    }
  }
  portalImages(portal).forEach(([path, reference]) => wanted.set(path, reference));
  return [...wanted].flatMap(([path, reference]) => {
    const reason = facts.missingImages[reference];
    return reason === undefined
      ? []
      : [
          {
            path,
            value: showValue(reference),
            expected: `an image on host ${host.name} or in a registry that it can reach (${reason})`,
            wayOut: "correct the reference, or load the image; without internet access, build stand-ins (make images)",
          },
        ];
  });
}

function diskObstacle(
  { environment, host }: DeclaredHost,
  tenants: readonly Tenant[],
  facts: HostFacts,
): ConfigProblem[] {
  const created = tenants.filter(
    ({ name }) =>
      !facts.containers.some(
        ({ labels }) => labels["odoo-fleet.environment"] === environment && labels["odoo-fleet.tenant"] === name,
      ),
  );
  const { freeDiskMiB, freeInodes } = facts;
  const short = (value: string, expected: string): ConfigProblem => ({
    path: `odoo-fleet:hosts.${host.name}`,
    value,
    expected: `${expected} on the engine's disk for ${created.map(({ name }) => name).join(", ")}`,
    wayOut: "free space (docker image prune, docker builder prune), give the host a bigger disk, or use another host",
  });
  return created.length === 0
    ? []
    : [
        ...(freeDiskMiB !== undefined && freeDiskMiB < minimumFreeDiskMiB
          ? [short(`${freeDiskMiB} MiB free`, `at least ${minimumFreeDiskMiB} MiB free`)]
          : []),
        ...(freeInodes !== undefined && freeInodes < minimumFreeInodes
          ? [short(`${freeInodes} inodes free`, `at least ${minimumFreeInodes} inodes free (df -i)`)]
          : []),
      ];
}

/**
 * A tenant that still has containers was taken out of the configuration without being decommissioned first. One whose containers carry
 * the id of another stack is that stack's: see `createTenant`.
 */
function leftOutTenants({ environment, host, tenants, stackId }: DeclaredHost, facts: HostFacts): ConfigProblem[] {
  const declared = new Set(tenants.map(({ name }) => name));
  const isOthers = ({ labels }: ContainerFact): boolean =>
    stackId !== undefined && labels[stackIdLabel] !== undefined && labels[stackIdLabel] !== stackId;
  const found = facts.containers
    .filter(
      (container) =>
        !isPortals(container, facts) &&
        container.labels["odoo-fleet.environment"] === environment &&
        !isOthers(container),
    )
    .map(({ labels }) => labels["odoo-fleet.tenant"])
    .filter((name): name is string => name !== undefined && !declared.has(name));
  return [...new Set(found)].sort().map((name) => ({
    path: `odoo-fleet:tenants.${name}`,
    value: showValue(undefined),
    expected: `tenant ${name} to be declared, or decommissioned first; it has containers on host ${host.name}`,
    wayOut:
      `put it back with state: decommissioned (pulumi config set --path 'odoo-fleet:tenants.${name}.state' decommissioned),` +
      " run pulumi up, which makes a last backup and proves it, then remove it",
  }));
}
