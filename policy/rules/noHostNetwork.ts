import { type Container, notItsOwn } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * The host's network is not used.
 *
 * Severity: high. References: CIS 5.10, OWASP 5. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 8,
  name: "no-host-network",
  title: "The host's network is not used",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.10", "OWASP 5"],
  url: cis,
  types: [types.container],
  properties: ["networkMode"],
  why: "It sees the host's interfaces and every service that listens on loopback.",
  fix: "Leave `networkMode` out, and join a network of your own.",
  check: ({ networkMode = "" }) => notItsOwn(networkMode, "network"),
};
