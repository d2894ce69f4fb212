import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Mounts are not propagated back to the host.
 *
 * Severity: high. References: CIS 5.20. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 7,
  name: "no-shared-propagation",
  title: "Mounts are not propagated back to the host",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.20"],
  url: cis,
  types: [types.container],
  properties: ["mounts"],
  why: "What a container mounts below a shared mount appears on the host and in other containers.",
  fix: "Leave `bindOptions.propagation` out, or set it to `rprivate`.",
  check: ({ mounts = [] }) =>
    mounts
      .filter(({ bindOptions }) => /^r?shared$/i.test(bindOptions?.propagation ?? ""))
      .map(({ target }) => `the mount at ${target} is shared`),
};
