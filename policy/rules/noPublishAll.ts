import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Ports are published one by one.
 *
 * Severity: high. References: CIS 5.9. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 20,
  name: "no-publish-all",
  title: "Ports are published one by one",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.9"],
  url: cis,
  types: [types.container],
  properties: ["publishAllPorts"],
  why: "It publishes whatever the image declares, on every interface and on ports that change.",
  fix: "Leave `publishAllPorts` out and declare `ports`.",
  check: ({ publishAllPorts }) => (publishAllPorts ? ["all ports of the image are published"] : []),
};
