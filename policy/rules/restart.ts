import { type Container, isJob } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Containers come back after a crash or a reboot.
 *
 * CIS asks for `on-failure:5`, which ends a tenant after five crashes; a service for customers comes back each time.
 *
 * Severity: medium. References: CIS 5.15. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 25,
  name: "restart",
  title: "Containers come back after a crash or a reboot",
  level: "mandatory",
  severity: "medium",
  references: ["CIS 5.15"],
  url: cis,
  types: [types.container],
  properties: ["restart"],
  why: "Otherwise a tenant stays down until someone notices.",
  fix: 'Set `restart` to `unless-stopped` or `always`; jobs that end are exempt with `mustRun: false` and `restart: "no"`.',
  check: (container) =>
    isJob(container) || ["always", "unless-stopped"].includes(container.restart ?? "")
      ? []
      : ["the container is not restarted"],
};
