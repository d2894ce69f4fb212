import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Seccomp, AppArmor and SELinux are not turned off.
 *
 * Docker takes `key=value` and the older `key:value`.
 *
 * Severity: high. References: CIS 5.2, CIS 5.3, CIS 5.22, OWASP 6. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 4,
  name: "confined",
  title: "Seccomp, AppArmor and SELinux are not turned off",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.2", "CIS 5.3", "CIS 5.22", "OWASP 6"],
  url: cis,
  types: [types.container],
  properties: ["securityOpts"],
  why: "They keep a container from system calls and files that break out of it.",
  fix: "Take the option out of `securityOpts`, or name a profile of your own.",
  check: ({ securityOpts = [] }) =>
    securityOpts
      .map((option) => option.trim().toLowerCase())
      .filter((option) => /^(seccomp|apparmor|systempaths)[:=]unconfined$|^label[:=]disable$/.test(option))
      .map((option) => `the container is not confined: ${option}`),
};
