/** Reads a container's properties back from the engine: what the official plugin reads, and nothing else. */
import Docker from "dockerode";
import { isZero } from "../framework/schema";
import { Properties, PropertyValue, text } from "../framework/values";
import { formatDuration } from "./duration";

const megabyte = 1024 * 1024;

/** What dockerode's types lack. */
interface HostConfig extends Docker.HostConfig {
  CgroupnsMode?: string;
}
interface Config {
  StopSignal?: string;
  StopTimeout?: number | null;
  Healthcheck?: Docker.HealthConfig;
}

/** Memory in megabytes; -1 ("no limit") stays. */
const megabytes = (value: number | undefined): number =>
  (value ?? 0) > 0 ? Math.floor((value ?? 0) / megabyte) : (value ?? 0);

const list = (value: unknown): PropertyValue[] => (Array.isArray(value) ? (value as PropertyValue[]) : []);

/** The published ports. A stopped container shows none, which the official plugin reads where it should run. */
function ports(info: Docker.ContainerInspectInfo, before: Properties): Properties {
  if (!isGiven(before["ports"]) || (!info.State.Running && before["mustRun"] === false)) return {};
  const published = Object.entries(info.NetworkSettings.Ports ?? {}).flatMap(([key, bindings]) =>
    ((bindings ?? []) as { HostIp: string; HostPort: string }[]).map((binding) => ({
      internal: Number(key.split("/")[0]),
      protocol: key.split("/")[1] ?? "tcp",
      external: Number(binding.HostPort),
      ip: binding.HostIp,
    })),
  );
  return { ports: published.sort((a, b) => a.internal - b.internal || a.external - b.external) };
}

/** A container that should run and doesn't shows as one that needn't, so that the next update starts it in place. */
function stopped(info: Docker.ContainerInspectInfo, before: Properties): Properties {
  if (info.State.Running) return {};
  return { exitCode: info.State.ExitCode, ...(before["mustRun"] !== false && { mustRun: false }) };
}

const isGiven = (value: PropertyValue | undefined): boolean => value !== undefined && !isZero(value);

/** CPUs as the official plugin writes them, from billionths: nine decimals, whole numbers and some others only one. */
export function formatCpus(nano: number): string {
  const digits = String(nano).padStart(10, "0");
  const full = `${digits.slice(0, -9)}.${digits.slice(-9)}`;
  if (full.split("0").length - 1 === 9) return (nano / 1e9).toFixed(1);
  return full.replace(/0+$/, "");
}

function networkDatas(info: Docker.ContainerInspectInfo): PropertyValue[] {
  return Object.entries(info.NetworkSettings.Networks ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([networkName, data]) => ({
      networkName,
      ipAddress: data.IPAddress,
      ipPrefixLength: data.IPPrefixLen,
      gateway: data.Gateway,
      globalIpv6Address: data.GlobalIPv6Address,
      globalIpv6PrefixLength: data.GlobalIPv6PrefixLen,
      ipv6Gateway: data.IPv6Gateway,
      macAddress: data.MacAddress,
    }));
}

function healthcheck(config: Config): Properties {
  const check = config.Healthcheck;
  if (check === undefined || check === null) return {};
  return {
    healthcheck: {
      tests: list(check.Test),
      interval: formatDuration(check.Interval ?? 0),
      timeout: formatDuration(check.Timeout ?? 0),
      startPeriod: formatDuration(check.StartPeriod ?? 0),
      startInterval: formatDuration(check.StartInterval ?? 0),
      retries: check.Retries ?? 0,
    },
  };
}

function mounts(host: HostConfig): PropertyValue[] {
  return (host.Mounts ?? []).map((mount) => ({
    target: mount.Target,
    source: mount.Source ?? "",
    type: mount.Type,
    readOnly: mount.ReadOnly ?? false,
    ...(mount.BindOptions && { bindOptions: { propagation: mount.BindOptions.Propagation ?? "" } }),
    ...(mount.VolumeOptions && {
      volumeOptions: {
        noCopy: mount.VolumeOptions.NoCopy ?? false,
        labels: Object.entries(mount.VolumeOptions.Labels ?? {}).map(([label, value]) => ({ label, value })),
        driverName: mount.VolumeOptions.DriverConfig?.Name ?? "",
        driverOptions: mount.VolumeOptions.DriverConfig?.Options ?? {},
      },
    }),
    ...(mount.TmpfsOptions && {
      tmpfsOptions: { sizeBytes: mount.TmpfsOptions.SizeBytes ?? 0, mode: mount.TmpfsOptions.Mode ?? 0 },
    }),
  }));
}

function ulimits(host: HostConfig): PropertyValue[] {
  return (host.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({ name: Name ?? "", soft: Soft ?? 0, hard: Hard ?? 0 }));
}

function devices(host: HostConfig): PropertyValue[] {
  return list(host.Devices).map((device) => {
    const { PathOnHost, PathInContainer, CgroupPermissions } = device as Record<string, string>;
    return { hostPath: PathOnHost ?? "", containerPath: PathInContainer ?? "", permissions: CgroupPermissions ?? "" };
  });
}

function isolation(host: HostConfig, before: Properties): Properties {
  const capabilities = { adds: list(host.CapAdd), drops: list(host.CapDrop) };
  return {
    memory: megabytes(host.Memory),
    memorySwap: megabytes(host.MemorySwap),
    memoryReservation: megabytes(host.MemoryReservation),
    cpuShares: host.CpuShares ?? 0,
    cpuSet: host.CpusetCpus ?? "",
    shmSize: megabytes(host.ShmSize),
    readOnly: host.ReadonlyRootfs ?? false,
    privileged: host.Privileged ?? false,
    ...(capabilities.adds.length + capabilities.drops.length > 0 && { capabilities }),
    securityOpts: list(host.SecurityOpt),
    groupAdds: list(host.GroupAdd),
    ...((host.NanoCpus ?? 0) > 0 && { cpus: formatCpus(host.NanoCpus ?? 0) }),
    ...(isGiven(before["ulimits"]) && { ulimits: ulimits(host) }),
    sysctls: host.Sysctls ?? {},
    ipcMode: host.IpcMode ?? "",
    ...(isGiven(before["pidMode"]) && { pidMode: host.PidMode ?? "" }),
    usernsMode: host.UsernsMode ?? "",
    runtime: host.Runtime ?? "",
    storageOpts: host.StorageOpt ?? {},
    ...(isGiven(before["devices"]) && { devices: devices(host) }),
  };
}

/** A container's outputs as the engine has them; `before` is the state, or the inputs of one that was just made. */
export function containerOutputs(info: Docker.ContainerInspectInfo, before: Properties): Properties {
  const host = info.HostConfig as HostConfig;
  const config = info.Config as Docker.ContainerInspectInfo["Config"] & Config;
  return {
    ...ports(info, before),
    ...stopped(info, before),
    ...healthcheck(config),
    ...isolation(host, before),
    bridge: (info.NetworkSettings as { Bridge?: string }).Bridge ?? "",
    networkDatas: networkDatas(info),
    name: info.Name.replace(/^\//, ""),
    image: text(before["image"]).startsWith("sha256:") ? info.Image : info.Config.Image,
    platform: info.Platform,
    rm: host.AutoRemove ?? false,
    hostname: config.Hostname,
    domainname: config.Domainname,
    command: list(config.Cmd),
    entrypoints: list(typeof config.Entrypoint === "string" ? [config.Entrypoint] : config.Entrypoint),
    user: config.User,
    workingDir: config.WorkingDir,
    tty: config.Tty,
    stdinOpen: config.OpenStdin,
    stopSignal: config.StopSignal ?? "",
    stopTimeout: config.StopTimeout ?? 0,
    restart: host.RestartPolicy?.Name ?? "no",
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    init: host.Init ?? false,
    mounts: mounts(host),
    tmpfs: host.Tmpfs ?? {},
    publishAllPorts: host.PublishAllPorts ?? false,
    networkMode: host.NetworkMode ?? "",
    hosts: list(host.ExtraHosts).map((entry) => {
      const [name, ...address] = text(entry).split(":");
      return { host: name ?? "", ip: address.join(":") };
    }),
    dns: list(host.Dns),
    dnsOpts: list(host.DnsOptions),
    dnsSearches: list(host.DnsSearch),
    logDriver: host.LogConfig?.Type ?? "",
    logOpts: isGiven(before["logOpts"]) ? ((host.LogConfig?.Config ?? {}) as Properties) : {},
  };
}
