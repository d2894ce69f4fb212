import { type Container, mountedHostPaths } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * The engine's socket is not mounted.
 *
 * Severity: critical. References: CIS 5.32, OWASP 1. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 5,
  name: "no-engine-socket",
  title: "The engine's socket is not mounted",
  level: "mandatory",
  severity: "critical",
  references: ["CIS 5.32", "OWASP 1"],
  url: cis,
  types: [types.container],
  properties: ["volumes", "mounts"],
  why: "Access to the engine is root access on its host; mounting the socket read-only doesn't prevent it.",
  fix: "Remove the mount; give the service a proxy that allows only the calls it needs.",
  check: (container) =>
    mountedHostPaths(container)
      .filter((path) => isEngine(path))
      .map((path) => `the engine's socket ${path} is mounted`),
};

function isEngine(path: string): boolean {
  return (
    /(^|\/)(docker|containerd|podman|crio|buildkitd|dockershim|cri-dockerd)[^/]*\.sock$/.test(path) ||
    /^\/\/[.?]\/pipe\/(docker_engine|containerd|podman)/.test(path)
  );
}
