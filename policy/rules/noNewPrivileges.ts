import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * No process gains privileges.
 *
 * Severity: high. References: CIS 5.26, OWASP 4. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 3,
  name: "no-new-privileges",
  title: "No process gains privileges",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.26", "OWASP 4"],
  url: cis,
  types: [types.container],
  properties: ["securityOpts"],
  why: "Without it a set-uid program in the image turns its user into root.",
  fix: "Add `no-new-privileges:true` to `securityOpts`.",
  check: ({ securityOpts = [] }) =>
    securityOpts.some((option) => /^no-new-privileges([:=]true)?$/i.test(option.trim())) &&
    !securityOpts.some((option) => /^no-new-privileges[:=]false$/i.test(option.trim()))
      ? []
      : ["no-new-privileges is not on"],
};
