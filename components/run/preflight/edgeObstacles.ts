import { type ConfigProblem, showValue } from "../../../fleet/errors";
import { edgeNames } from "../../../fleet/names";
import { formatPath, setCommand } from "../../../fleet/paths";
import { edgeService } from "../../../fleet/security";
import { edgeSubnet, wildcardSubnet } from "../../../fleet/subnets";
import { createdOf } from "../../../fleet/tenantsOn";
import type { ContainerFact, HostFacts } from "./hostFacts";
import { type DeclaredHost, portOwner, subnetObstacle } from "./taken";

/**
 * What stands in the way of a host's edge: a port or its subnet that is taken; or that another stack, whose the edge is, hasn't made it
 * yet.
 */
export function edgeObstacles(declared: DeclaredHost, facts: HostFacts): ConfigProblem[] {
  const { environment, host, edge } = declared;
  const own = edge?.hosts[host.name];
  if (edge === undefined || own === undefined) {
    return withoutEdge(declared, facts);
  }
  const isOurs = ({ labels }: ContainerFact): boolean =>
    labels["odoo-fleet.environment"] === environment && labels["odoo-fleet.service"] === edgeService;
  const subnet = subnetObstacle(
    { environment, host, subnet: own.subnet, ownNames: [own.names.network], whose: "the edge" },
    facts,
  );
  const wildcard =
    edge.wildcard &&
    subnetObstacle(
      {
        ...{ environment, host, subnet: wildcardSubnet(host.subnetBase).subnet, ownNames: [own.names.wildcard] },
        whose: "what orders the edge's wildcard certificate",
      },
      facts,
    );
  const ports = (["http", "https"] as const).flatMap((kind): ConfigProblem[] => {
    const port = edge.ports[kind];
    const owner = portOwner(facts, host.publicAddress, port, isOurs);
    const path = ["edge", `${kind}Port`];
    return owner === undefined
      ? []
      : [
          {
            path: formatPath(path),
            value: showValue(port),
            expected: `port ${port} of host ${host.name} to be free for the edge; it is taken by ${owner}`,
            wayOut: `stop it, or give the edge another port: ${setCommand(path, port + 8000)}`,
          },
        ];
  });
  return [...ports, ...(subnet ? [subnet] : []), ...(wildcard ? [wildcard] : [])];
}

/** A tenant's Nginx is published on the engine's address of the edge's network, which has to be there. */
function withoutEdge({ environment, host, tenants }: DeclaredHost, { networks }: HostFacts): ConfigProblem[] {
  const { network } = edgeNames(environment);
  const isThere = networks.some(
    ({ name, subnets }) => name === network && subnets.includes(edgeSubnet(host.subnetBase)),
  );
  const served = createdOf(tenants).find(({ edge }) => edge !== undefined);
  return served === undefined || isThere
    ? []
    : [
        {
          path: formatPath(["tenants", served.name, "host"]),
          value: showValue(host.name),
          expected: `a host with an edge: ${served.name} is served by one, and network ${network} isn't there`,
          wayOut: "bring up the stack of createFleet first, whose the edge is",
        },
      ];
}
