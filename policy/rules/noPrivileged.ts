import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * No privileged container.
 *
 * Severity: critical. References: CIS 5.5, OWASP 3. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 1,
  name: "no-privileged",
  title: "No privileged container",
  level: "mandatory",
  severity: "critical",
  references: ["CIS 5.5", "OWASP 3"],
  url: cis,
  types: [types.container],
  properties: ["privileged"],
  why: "A privileged container is root on its host: it has every capability and every device.",
  fix: "Leave `privileged` out, or set it to false.",
  check: ({ privileged }) => (privileged ? ["the container is privileged"] : []),
};
