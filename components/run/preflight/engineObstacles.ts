import type { ConfigProblem } from "../../../fleet/errors";
import type { DeclaredHost } from "./taken";
import type { HostFacts } from "./hostFacts";

/** Free inodes on the engine's disk below which no tenant is created: an image of Odoo's has about 60,000 files. */
export const minimumFreeInodes = 100_000;

/** Seconds that clocks may differ. Sign-ins by a time-based code, cookies and the times of logs go wrong beyond a minute. */
const allowedClockSkewSeconds = 60;

/** What of an engine or its kernel makes the declaration impossible. */
export function engineObstacles({ host }: DeclaredHost, { engine }: HostFacts): ConfigProblem[] {
  const { os, limits } = engine;
  const problem = (value: string, expected: string, wayOut: string): ConfigProblem => ({
    path: `odoo-fleet:hosts.${host.name}`,
    value,
    expected,
    wayOut,
  });
  return [
    ...(os === "linux"
      ? []
      : [
          problem(
            `an engine for ${os} containers`,
            "an engine for Linux containers",
            "switch Docker Desktop to Linux containers, or use a Linux machine (docs/hosts.md)",
          ),
        ]),
    ...(limits.memory
      ? []
      : [
          problem(
            "a kernel that can't limit a container's memory",
            "memory control groups: without them one tenant can use all of the host's memory",
            "start the kernel with cgroup_enable=memory, or use another kernel",
          ),
        ]),
    ...(limits.cpu
      ? []
      : [
          problem(
            "a kernel that can't limit a container's CPUs",
            "CPU quotas (CONFIG_CFS_BANDWIDTH): the engine refuses containers that have a limit without them",
            "use another kernel; those of Debian and Ubuntu have them",
          ),
        ]),
  ];
}

/** What works, but not as well as it should; one sentence each. */
export function engineWarnings({ host, monitored }: DeclaredHost, { engine }: HostFacts): string[] {
  const { storageDriver, imageStore, limits, forwardsPackets, hasSeccomp, clockAheadSeconds } = engine;
  const of = (text: string): string => `host ${host.name}: ${text}`;
  return [
    ...(storageDriver === "vfs"
      ? [of("its engine has the storage driver vfs, which copies every layer: images take many times their size")]
      : []),
    ...(imageStore === "containerd" && monitored !== undefined
      ? [
          of(
            "its engine stores images in containerd, which cAdvisor can't read: monitoring has no container metrics, and the " +
              'alert CadvisorBlind fires. While the engine has no images and containers yet, set "features": ' +
              '{"containerd-snapshotter": false} in /etc/docker/daemon.json (the bootstrap does); later, see docs/monitoring.md',
          ),
        ]
      : []),
    ...(limits.memory && !limits.swap
      ? [
          of(
            "its kernel doesn't limit swap, so a container can use more than its memory limit: boot it with swapaccount=1",
          ),
        ]
      : []),
    ...(forwardsPackets
      ? []
      : [
          of("its kernel doesn't forward packets, so other machines can't reach tenants: set net.ipv4.ip_forward to 1"),
        ]),
    ...(hasSeccomp ? [] : [of("its engine doesn't filter containers' system calls: it has no seccomp")]),
    ...(Math.abs(clockAheadSeconds) > allowedClockSkewSeconds
      ? [
          of(
            `its clock is ${Math.abs(Math.round(clockAheadSeconds))} s ${clockAheadSeconds > 0 ? "ahead of" : "behind"} this machine's: ` +
              "check that both run a time service (timedatectl)",
          ),
        ]
      : []),
  ];
}
