import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Containers join networks of their own.
 *
 * Severity: high. References: CIS 5.30, OWASP 5. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 22,
  name: "own-network",
  title: "Containers join networks of their own",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.30", "OWASP 5"],
  url: cis,
  types: [types.container],
  properties: ["networksAdvanced", "networkMode"],
  why: "On Docker's default bridge every container reaches every other one, other tenants' too.",
  fix: "Join a `docker.Network` by `networksAdvanced`.",
  check: ({ networksAdvanced = [], networkMode = "default" }) =>
    networksAdvanced.length === 0 && ["", "bridge", "default", "nat"].includes(networkMode.trim().toLowerCase())
      ? ["the container is on the default bridge"]
      : [],
};
