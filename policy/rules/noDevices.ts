import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * No device of the host.
 *
 * Severity: high. References: CIS 5.18. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 12,
  name: "no-devices",
  title: "No device of the host",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.18"],
  url: cis,
  types: [types.container],
  properties: ["devices", "deviceRequests", "deviceCgroupRules", "gpus"],
  why: "A device gives what it is, past every file permission: a disk gives all its files.",
  fix: "Remove it.",
  check: ({ devices = [], deviceRequests = [], deviceCgroupRules = [], gpus }) => [
    ...devices.map(({ hostPath }) => `the device ${hostPath} is passed in`),
    ...(deviceRequests.length > 0 || gpus ? ["devices are requested"] : []),
    ...(deviceCgroupRules.length > 0 ? ["device rules are added"] : []),
  ],
};
