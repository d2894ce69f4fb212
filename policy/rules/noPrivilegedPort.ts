import { edgePorts, firstUnprivilegedPort } from "../../fleet/security";
import { type Container, fleetLabel } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Privileged host ports are for the edge alone.
 *
 * Severity: medium. References: CIS 5.8. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 19,
  name: "no-privileged-port",
  title: "Privileged host ports are for the edge alone",
  level: "mandatory",
  severity: "medium",
  references: ["CIS 5.8"],
  url: cis,
  types: [types.container],
  properties: ["ports"],
  why: "Low ports belong to services of the host; only the edge serves HTTP and HTTPS.",
  fix: "Publish on a port from 1024 on; the edge may have 80 and 443.",
  check: (container) => {
    const isEdge = fleetLabel(container, "service") === "edge";
    return (container.ports ?? [])
      .map(({ external = firstUnprivilegedPort }) => external)
      .filter((port) => port > 0 && port < firstUnprivilegedPort && !(isEdge && edgePorts.includes(port)))
      .map((port) => `host port ${port} is privileged`);
  },
};
