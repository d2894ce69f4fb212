import { type Container, notItsOwn } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * The host's processes are not visible.
 *
 * Severity: high. References: CIS 5.16. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 9,
  name: "no-host-pid",
  title: "The host's processes are not visible",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.16"],
  url: cis,
  types: [types.container],
  properties: ["pidMode"],
  why: "It sees and signals the host's processes and reads their environment.",
  fix: "Leave `pidMode` out.",
  check: ({ pidMode = "" }) => notItsOwn(pidMode, "process namespace"),
};
