import { type ConfigProblem, showValue } from "../../../fleet/errors";
import { formatPath, setCommand } from "../../../fleet/paths";
import { edgeService } from "../../../fleet/security";
import type { ContainerFact, HostFacts } from "./hostFacts";
import { type DeclaredHost, portOwner, subnetObstacle } from "./taken";

/** What stands in the way of a host's edge: a port or its subnet that is taken. */
export function edgeObstacles({ environment, host, edge }: DeclaredHost, facts: HostFacts): ConfigProblem[] {
  const own = edge?.hosts[host.name];
  if (edge === undefined || own === undefined) {
    return [];
  }
  const isOurs = ({ labels }: ContainerFact): boolean =>
    labels["odoo-fleet.environment"] === environment && labels["odoo-fleet.service"] === edgeService;
  const subnet = subnetObstacle(
    { environment, host, subnet: own.subnet, ownNames: [own.names.network], whose: "the edge" },
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
  return [...ports, ...(subnet ? [subnet] : [])];
}
