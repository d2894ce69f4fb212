import { type Container, isJob } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Each container has a healthcheck.
 *
 * Severity: medium. References: CIS 5.27, CIS 4.6. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 24,
  name: "healthcheck",
  title: "Each container has a healthcheck",
  level: "mandatory",
  severity: "medium",
  references: ["CIS 5.27", "CIS 4.6"],
  url: cis,
  types: [types.container],
  properties: ["healthcheck"],
  why: "Without one, a process that hangs looks alive, and no one is notified.",
  fix: 'Set `healthcheck.tests`, such as `["CMD", "curl", "--fail", "http://127.0.0.1/health"]`.',
  check: (container) => {
    const tests = container.healthcheck?.tests ?? [];
    return isJob(container) || (tests.length > 0 && tests[0]!.toUpperCase() !== "NONE")
      ? []
      : ["there is no healthcheck, or it is turned off"];
  },
};
