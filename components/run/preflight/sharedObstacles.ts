import { type ConfigProblem, showValue } from "../../../fleet/errors";
import type { MonitoringHost, SharedPorts } from "../../../fleet/monitoringTypes";
import { sharedImage } from "../../../fleet/images";
import { copiesNetwork, shipperNames } from "../../../fleet/names";
import { formatPath } from "../../../fleet/paths";
import { copiesSubnet, shipperSubnet } from "../../../fleet/subnets";
import type { Host } from "../../../fleet/types";
import type { HostFacts } from "./hostFacts";
import { type DeclaredHost, portOwner, subnetObstacle } from "./taken";

/** What stands in the way of what a host's tenants share: a port or a subnet that is taken. */
export function sharedObstacles(declared: DeclaredHost, facts: HostFacts): ConfigProblem[] {
  return [
    ...monitoringObstacles(declared, facts),
    ...shipperObstacles(declared, facts),
    ...copiesObstacles(declared, facts),
  ];
}

/** The network of what copies the backups of tenants in stacks of their own: its subnet has to be free, or it has to be there. */
function copiesObstacles(
  { environment, host, tenants, hasCopies, shipsAlone }: DeclaredHost,
  facts: HostFacts,
): ConfigProblem[] {
  const { subnet } = copiesSubnet(host.subnetBase);
  const network = copiesNetwork(environment);
  const whose = "what copies backups of tenants in stacks of their own";
  const taken = hasCopies
    ? subnetObstacle({ environment, host, subnet, ownNames: [network], whose }, facts)
    : undefined;
  const isThere = facts.networks.some(({ name, subnets }) => name === network && subnets.includes(subnet));
  return [
    ...(taken ? [taken] : []),
    ...(shipsAlone && !isThere
      ? [
          {
            path: formatPath(["tenants", tenants[0]!.name, "host"]),
            value: showValue(host.name),
            expected: `a host by which backups are copied to the target of odoo-fleet:backup: network ${network} isn't there`,
            wayOut: "bring up the stack of createFleet first, with the same odoo-fleet:backup",
          },
        ]
      : []),
  ];
}

function shipperObstacles({ environment, host, ships }: DeclaredHost, facts: HostFacts): ConfigProblem[] {
  const { subnet } = shipperSubnet(host.subnetBase);
  const ownNames = [shipperNames(environment).network];
  const whose = "what copies backups to the target";
  const taken = ships ? subnetObstacle({ environment, host, subnet, ownNames, whose }, facts) : undefined;
  return taken ? [taken] : [];
}

function monitoringObstacles({ environment, host, monitored }: DeclaredHost, facts: HostFacts): ConfigProblem[] {
  if (monitored === undefined) {
    return [];
  }
  const { ports, services, subnet, names } = monitored;
  const subnetTaken = subnetObstacle(
    { environment, host, subnet, ownNames: [names.network], whose: "monitoring" },
    facts,
  );
  return [
    ...(Object.keys(ports) as (keyof SharedPorts)[])
      .filter((service) => services.includes(service))
      .flatMap((service) => portObstacle(environment, host, service, ports[service], facts) ?? []),
    ...(subnetTaken ? [subnetTaken] : []),
  ];
}

function portObstacle(
  environment: string,
  host: Host,
  service: keyof SharedPorts,
  port: number,
  facts: HostFacts,
): ConfigProblem | undefined {
  const bindAddress = service === "gateway" ? host.bindAddress : "127.0.0.1";
  const owner = portOwner(
    facts,
    bindAddress,
    port,
    ({ labels }) => labels["odoo-fleet.environment"] === environment && labels["odoo-fleet.service"] === service,
  );
  return owner === undefined
    ? undefined
    : {
        path: formatPath(["hosts", host.name, "portBase"]),
        value: showValue(host.portBase),
        expected: `port ${port} of host ${host.name} to be free for ${service}; it is taken by ${owner}`,
        wayOut: "stop it, or set another portBase for the host, which changes its tenants' ports too",
      };
}

/** References of the images of what a host's tenants share, by their path in the configuration. */
export function sharedImageReferences(
  { images }: Host,
  monitored: MonitoringHost | undefined,
  ships = false,
): Map<string, string> {
  const rclone: [string, string][] = ships ? [[formatPath(["images", "rclone"]), images.rclone]] : [];
  return new Map([
    ...rclone,
    ...(monitored?.services ?? []).flatMap((service): [string, string][] => {
      const { path, reference } = sharedImage(images, service);
      return reference === null ? [] : [[formatPath(path), reference]];
    }),
  ]);
}
