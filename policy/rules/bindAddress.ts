import { isWildcardAddress } from "../../fleet/security";
import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Published ports name an address.
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
  fix: "Set `ip` of each port to one address of the host, such as 127.0.0.1.",
  check: ({ ports = [] }) =>
    ports
      .filter(({ ip = "" }) => isWildcardAddress(ip.trim()))
      .map(({ internal }) => `port ${internal} of the container is published on every address`),
};
