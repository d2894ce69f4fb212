import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * User namespaces are not disabled.
 *
 * Severity: high. References: CIS 5.31. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 11,
  name: "no-host-userns",
  title: "User namespaces are not disabled",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.31"],
  url: cis,
  types: [types.container],
  properties: ["usernsMode"],
  why: "Root in the container is then root on the host, also where the engine remaps users.",
  fix: "Leave `usernsMode` out.",
  check: ({ usernsMode = "" }) =>
    /^host$/i.test(usernsMode.trim()) ? ["the container uses the host's user namespace"] : [],
};
