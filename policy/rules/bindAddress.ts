import { edgePorts, isWildcardAddress } from "../../fleet/security";
import { type Container, fleetLabel } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Published ports name an address; the edge's 80 and 443 are what every network is let in to, and may be published on all.
 *
 * Severity: high. References: CIS 5.14. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 18,
  name: "bind-address",
  title: "Published ports name an address",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.14"],
  url: cis,
  types: [types.container],
  properties: ["ports"],
  why: "The default is every interface of the host, past its firewall, since Docker's rules come first.",
  fix: "Set `ip` of each port to one address of the host, such as 127.0.0.1; the edge may publish 80 and 443 on all.",
  check: (container) => {
    const isEdge = fleetLabel(container, "service") === "edge";
    return (container.ports ?? [])
      .filter(({ ip = "" }) => isWildcardAddress(ip.trim()))
      .filter(({ external = 0 }) => !(isEdge && edgePorts.includes(external)))
      .map(({ internal }) => `port ${internal} of the container is published on every address`);
  },
};
