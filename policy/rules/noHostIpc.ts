import { type Container, notItsOwn } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * The host's shared memory is not used.
 *
 * Severity: high. References: CIS 5.17. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 10,
  name: "no-host-ipc",
  title: "The host's shared memory is not used",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.17"],
  url: cis,
  types: [types.container],
  properties: ["ipcMode"],
  why: "It reads and writes the shared memory of the host's processes, PostgreSQL's among them.",
  fix: "Leave `ipcMode` out, or set it to `private`.",
  check: ({ ipcMode = "" }) => notItsOwn(ipcMode, "IPC namespace"),
};
