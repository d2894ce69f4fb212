import { type Container, neverRuns } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Files and processes are limited.
 *
 * Severity: medium. References: CIS 5.19, OWASP 7. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 15,
  name: "process-limits",
  title: "Files and processes are limited",
  level: "advisory",
  severity: "medium",
  references: ["CIS 5.19", "OWASP 7"],
  url: cis,
  types: [types.container],
  properties: ["ulimits"],
  why: "A fork bomb or a leak of files reaches the limits of the host. The provider has no property for pids, so `nproc` is the brake.",
  fix: "Set `ulimits` for `nofile` and `nproc`.",
  check: (container) => {
    const named = (container.ulimits ?? []).map(({ name }) => name);
    const missing = ["nofile", "nproc"].filter((name) => !named.includes(name));
    return neverRuns(container) ? [] : missing.map((name) => `${name} is not limited`);
  },
};
