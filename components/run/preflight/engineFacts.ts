import type { HostFacts } from "./hostFacts";

/** What an engine and its kernel are, by the engine's own word. */
export interface EngineFacts {
  /** `linux` or `windows`: what its containers are. */
  readonly os: string;
  /** How layers are kept: `overlay2`, `overlayfs` (containerd's), `btrfs`, `vfs`, ... */
  readonly storageDriver: string;
  /** `containerd`: images are kept by containerd, the default of new engines from 29 on; `engine`: by the engine itself. */
  readonly imageStore: "engine" | "containerd";
  /** Version of the kernel's control groups. */
  readonly cgroupVersion: "1" | "2";
  /** Whether the kernel can bound what a container uses. */
  readonly limits: { readonly memory: boolean; readonly swap: boolean; readonly cpu: boolean };
  /** Whether the kernel forwards packets between networks: without it no container is reached. */
  readonly forwardsPackets: boolean;
  /** Whether system calls of containers are filtered. */
  readonly hasSeccomp: boolean;
  /** Seconds that the host's clock is ahead of this machine's; negative: behind. */
  readonly clockAheadSeconds: number;
}

/** The part of the engine's `/info` that facts come from. */
export interface EngineInfo {
  readonly OSType?: string;
  readonly Driver?: string;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  readonly CgroupVersion?: string;
  readonly MemoryLimit?: boolean;
  readonly SwapLimit?: boolean;
  readonly CpuCfsPeriod?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly IPv4Forwarding?: boolean;
  readonly SecurityOptions?: readonly string[] | null;
  readonly SystemTime?: string;
}

/**
 * Reads an answer of `/info`. What an engine doesn't say counts as fine.
 *
 * @param asked when it was asked, and `answered` when it answered, in milliseconds of this machine's clock.
 */
export function engineFacts(info: EngineInfo, asked: number, answered: number): EngineFacts {
  const said = info.SystemTime === undefined ? NaN : Date.parse(info.SystemTime);
  // The engine read its clock at some time between the two.
  const ahead = said > answered ? said - answered : said < asked ? said - asked : 0;
  return {
    os: info.OSType ?? "linux",
    storageDriver: info.Driver ?? "",
    imageStore: (info.DriverStatus ?? []).some(([, value]) => value.startsWith("io.containerd.snapshotter"))
      ? "containerd"
      : "engine",
    cgroupVersion: info.CgroupVersion === "1" ? "1" : "2",
    limits: {
      memory: info.MemoryLimit ?? true,
      swap: info.SwapLimit ?? true,
      cpu: (info.CpuCfsPeriod ?? true) && (info.CpuCfsQuota ?? true),
    },
    forwardsPackets: info.IPv4Forwarding ?? true,
    hasSeccomp: info.SecurityOptions?.some((option) => option.startsWith("name=seccomp")) ?? true,
    clockAheadSeconds: ahead / 1000,
  };
}

/** Facts in one line, for a log. */
export function describeEngine({ engine, cpus, freeDiskMiB, freeInodes }: HostFacts): string {
  const { os, storageDriver, imageStore, cgroupVersion, clockAheadSeconds } = engine;
  return [
    `${os} containers, storage driver ${storageDriver}, images kept by ${imageStore === "engine" ? "the engine" : "containerd"}`,
    `control groups of version ${cgroupVersion}, ${cpus} CPUs`,
    `${freeDiskMiB ?? "?"} MiB and ${freeInodes ?? "?"} inodes free, clock ${clockAheadSeconds.toFixed(1)} s ahead`,
  ].join(", ");
}
