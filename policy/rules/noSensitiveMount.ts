import { type Container, mountedHostPaths } from "../lib/containers";
import { isWithin } from "../lib/paths";
import { cis, type ResourceRule, types } from "../lib/rule";

/** Folders that hold the sensitive ones: mounted whole they give them away. */
const whole = ["/", "/home", "/mnt", "/opt", "/srv", "/var", "/var/lib", "c:", "c:/", "c:/programdata", "c:/users"];

/** Folders that are sensitive with all that is in them. */
const within = [
  ...["/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys", "/usr"],
  ...["/var/lib/containerd", "/var/lib/docker", "/var/log", "/var/run"],
  ...["c:/programdata/docker", "c:/windows"],
];

/**
 * No sensitive directory of the host is mounted.
 *
 * Severity: critical. References: CIS 5.6. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 6,
  name: "no-sensitive-mount",
  title: "No sensitive directory of the host is mounted",
  level: "mandatory",
  severity: "critical",
  references: ["CIS 5.6"],
  url: cis,
  types: [types.container],
  properties: ["volumes", "mounts"],
  why: "The host's own files in a container let it read other tenants' data or change the host.",
  fix: "Use a named volume, or give an exporter that must see the host a reasoned exception.",
  check: (container) =>
    mountedHostPaths(container)
      .filter((path) => whole.includes(path) || within.some((folder) => isWithin(path, folder)))
      .map((path) => `the host's ${path} is mounted`),
};
