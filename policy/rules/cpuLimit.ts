import { type Container, neverRuns } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * CPU is limited.
 *
 * Severity: medium. References: CIS 5.12. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 14,
  name: "cpu-limit",
  title: "CPU is limited",
  level: "advisory",
  severity: "medium",
  references: ["CIS 5.12"],
  url: cis,
  types: [types.container],
  properties: ["cpus", "cpuShares", "cpuQuota"],
  why: "One busy container slows every tenant on the host.",
  fix: "Set `cpuQuota` with `cpuPeriod`, or `cpuShares` for a share when the host is busy. `cpus` limits too, but most of its values replace the container in every run.",
  check: (container) => {
    const { cpus, cpuShares = 0, cpuQuota = 0 } = container;
    return neverRuns(container) || Number(cpus ?? 0) > 0 || cpuShares > 0 || cpuQuota > 0 ? [] : ["CPU is not limited"];
  },
};
