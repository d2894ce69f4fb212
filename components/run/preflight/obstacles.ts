import { BlockList } from "node:net";
import { type ConfigProblem, showValue } from "../../../fleet/errors";
import type { MonitoringHost } from "../../../fleet/monitoringTypes";
import { formatPath } from "../../../fleet/paths";
import { bindingsCollide } from "../../../fleet/security";
import type { Host, Tenant } from "../../../fleet/types";
import type { ContainerFact, HostFacts, ListenerFact } from "./hostFacts";
import { sharedImageReferences, sharedObstacles } from "./sharedObstacles";

/** MiB that must be free where the engine keeps its data before a tenant is created there: images, a database, logs. */
export const minimumFreeDiskMiB = 2048;

export interface DeclaredHost {
  readonly environment: string;
  readonly host: Host;
  /** The tenants that this stack puts on the host. */
  readonly tenants: readonly Tenant[];
  /** True when the stack holds the whole environment, so that a tenant it doesn't declare was left out. */
  readonly ownsEnvironment: boolean;
  /** What watches the host; undefined: nothing does, or another stack. */
  readonly monitored?: MonitoringHost;
}

/** What stands in the way of the declaration on a host. Pure: the facts are read before. */
export function findObstacles(declared: DeclaredHost, facts: HostFacts): ConfigProblem[] {
  const running = declared.tenants.filter((tenant) => tenant.state === "running");
  return [
    ...running.flatMap((tenant) => portObstacle(declared, tenant, facts) ?? []),
    ...running.flatMap((tenant) => subnetObstacles(declared, tenant, facts)),
    ...running.flatMap((tenant) => cpuObstacle(declared, tenant, facts) ?? []),
    ...sharedObstacles(declared, facts),
    ...imageObstacles(declared, running, facts),
    ...diskObstacle(declared, running, facts),
    ...(declared.ownsEnvironment ? leftOutTenants(declared, facts) : []),
  ];
}

function portObstacle(
  { environment, host }: DeclaredHost,
  tenant: Tenant,
  facts: HostFacts,
): ConfigProblem | undefined {
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

/** Who has a port, in words; undefined: nobody, or the container that is ours. */
export function portOwner(
  facts: HostFacts,
  bindAddress: string,
  port: number,
  isOurs: (container: ContainerFact) => boolean,
): string | undefined {
  const collides = (address: string): boolean =>
    bindingsCollide({ address, port, protocol: "tcp" }, { address: bindAddress, port, protocol: "tcp" });
  const publishing = facts.containers.filter(({ published }) =>
    published.some((one) => one.port === port && collides(one.address)),
  );
  if (publishing.some(isOurs)) {
    return undefined;
  }
  return publishing[0]
    ? describeContainer(publishing[0])
    : describeListener(facts.listeners?.find((one) => one.port === port && collides(one.address)));
}

function describeContainer({ name, labels }: ContainerFact): string {
  const environment = labels["odoo-fleet.environment"];
  const tenant = labels["odoo-fleet.tenant"];
  const whose = tenant === undefined ? "" : ` of tenant ${tenant}`;
  return environment ? `container ${name}${whose} in environment ${environment}` : `container ${name}`;
}

function describeListener(listener: ListenerFact | undefined): string | undefined {
  return listener && (listener.process ?? `a process that listens on ${listener.address}:${listener.port}`);
}

function subnetObstacles({ environment, host }: DeclaredHost, tenant: Tenant, facts: HostFacts): ConfigProblem[] {
  const ownNames: string[] = [tenant.names.internalNetwork, tenant.names.frontNetwork];
  return Object.values(tenant.subnets).flatMap(
    (subnet: string) =>
      subnetObstacle({ environment, host, subnet, ownNames, whose: `tenant ${tenant.name}` }, facts) ?? [],
  );
}

/** What has a subnet that is to be the fleet's. */
export function subnetObstacle(
  wanted: {
    readonly environment: string;
    readonly host: Host;
    readonly subnet: string;
    /** Networks of the environment that may have it. */
    readonly ownNames: readonly string[];
    readonly whose: string;
  },
  facts: HostFacts,
): ConfigProblem | undefined {
  const { environment, host, subnet, ownNames, whose } = wanted;
  const other = facts.networks.find(
    ({ name, labels, subnets }) =>
      !(labels["odoo-fleet.environment"] === environment && ownNames.includes(name)) &&
      subnets.some((taken) => subnetsOverlap(taken, subnet)),
  );
  return (
    other && {
      path: `odoo-fleet:hosts.${host.name}.subnetBase`,
      value: showValue(host.subnetBase),
      expected: `subnet ${subnet} of ${whose} to be free; network ${other.name} has ${other.subnets.join(", ")}`,
      wayOut: `remove that network, or give the host another range: pulumi config set --path 'odoo-fleet:hosts.${host.name}.subnetBase' 10.X.0.0/16`,
    }
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

/** Whether two IPv4 networks such as `10.200.0.0/16` share an address; an IPv6 network shares none. */
function subnetsOverlap(one: string, other: string): boolean {
  const contains = (outer: string, inner: string): boolean => {
    const [network = "", bits] = outer.split("/");
    const list = new BlockList();
    list.addSubnet(network, Number(bits), "ipv4");
    return list.check(inner.split("/")[0]!, "ipv4");
  };
  return ![one, other].some((network) => network.includes(":")) && (contains(one, other) || contains(other, one));
}

function imageObstacles(
  { host, monitored }: DeclaredHost,
  running: readonly Tenant[],
  facts: HostFacts,
): ConfigProblem[] {
  const wanted = sharedImageReferences(host, monitored);
  for (const { odooVersion, postgresVersion } of running) {
    wanted.set(formatPath(["images", "odoo", odooVersion]), host.images.odoo[odooVersion]!);
    wanted.set(formatPath(["images", "postgres", postgresVersion.toString()]), host.images.postgres[postgresVersion]!);
    wanted.set(formatPath(["images", "nginx"]), host.images.nginx);
  }
  return [...wanted].flatMap(([path, reference]) => {
    const reason = facts.missingImages[reference];
    return reason === undefined
      ? []
      : [
          {
            path,
            value: showValue(reference),
            expected: `an image on host ${host.name} or in a registry that it reaches (${reason})`,
            wayOut: "correct the reference, load the image, or without internet access build stand-ins: make images",
          },
        ];
  });
}

function diskObstacle(
  { environment, host }: DeclaredHost,
  running: readonly Tenant[],
  facts: HostFacts,
): ConfigProblem[] {
  const created = running.filter(
    ({ name }) =>
      !facts.containers.some(
        ({ labels }) => labels["odoo-fleet.environment"] === environment && labels["odoo-fleet.tenant"] === name,
      ),
  );
  if (created.length === 0 || facts.freeDiskMiB === undefined || facts.freeDiskMiB >= minimumFreeDiskMiB) {
    return [];
  }
  return [
    {
      path: `odoo-fleet:hosts.${host.name}`,
      value: `${facts.freeDiskMiB} MiB free`,
      expected: `at least ${minimumFreeDiskMiB} MiB free on the engine's disk for ${created.map(({ name }) => name).join(", ")}`,
      wayOut: "free space (docker image prune, docker builder prune), give the host a bigger disk, or use another host",
    },
  ];
}

/** A tenant that still has containers was taken out of the configuration without being decommissioned first. */
function leftOutTenants({ environment, host, tenants }: DeclaredHost, facts: HostFacts): ConfigProblem[] {
  const declared = new Set(tenants.map(({ name }) => name));
  const found = facts.containers
    .filter(({ labels }) => labels["odoo-fleet.environment"] === environment)
    .map(({ labels }) => labels["odoo-fleet.tenant"])
    .filter((name): name is string => name !== undefined && !declared.has(name));
  return [...new Set(found)].sort().map((name) => ({
    path: `odoo-fleet:tenants.${name}`,
    value: showValue(undefined),
    expected: `tenant ${name}, whose containers are on host ${host.name}, to be declared or decommissioned first`,
    wayOut:
      `put it back with state: decommissioned (pulumi config set --path 'odoo-fleet:tenants.${name}.state' decommissioned),` +
      " run pulumi up, and take it out after that",
  }));
}
