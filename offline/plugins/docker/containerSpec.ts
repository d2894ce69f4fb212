/** Turns a container's inputs into what the Engine API takes. */
import Docker from "dockerode";
import { objects, strings, text, texts } from "../framework/resource";
import { isObject, Properties, PropertyValue } from "../framework/values";
import { parseDuration } from "./duration";

/** Bytes of a megabyte, the unit of the memory inputs. */
const megabyte = 1024 * 1024;

/** A memory input in bytes; -1 ("no limit") stays. */
function bytes(value: PropertyValue | undefined): number | undefined {
  const count = Number(value ?? 0);
  if (count === 0) return undefined;
  return count > 0 ? count * megabyte : count;
}

/** A string, or nothing in the place of an empty one. */
const given = (value: PropertyValue | undefined): string | undefined => text(value) || undefined;

/** A list, or nothing in the place of an empty one. */
const some = (value: PropertyValue | undefined): string[] | undefined =>
  texts(value).length > 0 ? texts(value) : undefined;

/** Labels in the engine's form. */
export function labelMap(value: PropertyValue | undefined): Record<string, string> {
  return Object.fromEntries(objects(value).map((item) => [text(item["label"]), text(item["value"])]));
}

function ports(
  value: PropertyValue | undefined,
): Pick<Docker.ContainerCreateOptions, "ExposedPorts"> & { bindings: object } {
  const exposed: Record<string, object> = {};
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of objects(value)) {
    const key = `${text(port["internal"])}/${text(port["protocol"]) || "tcp"}`;
    const external = Number(port["external"] ?? 0);
    exposed[key] = {};
    (bindings[key] ??= []).push({
      HostIp: text(port["ip"]) || "0.0.0.0",
      HostPort: external === 0 ? "" : String(external),
    });
  }
  return { ExposedPorts: exposed, bindings };
}

/** Volumes in the three forms that the engine knows; errors say what is missing. */
export function volumeSpec(value: PropertyValue | undefined): {
  anonymous: Record<string, object>;
  binds: string[];
  from: string[];
} {
  const result = { anonymous: {} as Record<string, object>, binds: [] as string[], from: [] as string[] };
  for (const volume of objects(value)) {
    const from = text(volume["fromContainer"]);
    const target = text(volume["containerPath"]);
    const source = text(volume["volumeName"]) || text(volume["hostPath"]);
    if (from === "" && target === "")
      throw new Error("Unable to parse volumes: volume entry without container path or source container");
    if (from !== "" && target !== "") {
      throw new Error("Unable to parse volumes: both a container and a path specified in a volume entry");
    }
    if (from !== "") result.from.push(from);
    else {
      result.anonymous[target] = {};
      const modes = [volume["readOnly"] === true ? "ro" : "rw", text(volume["selinuxRelabel"])].filter(
        (mode) => mode !== "",
      );
      if (source !== "") result.binds.push(`${source}:${target}:${modes.join(",")}`);
    }
  }
  return result;
}

function mounts(value: PropertyValue | undefined): Docker.MountSettings[] | undefined {
  const settings = objects(value).map((mount) => {
    const bind = mount["bindOptions"];
    const volume = mount["volumeOptions"];
    const tmpfs = mount["tmpfsOptions"];
    const driver = isObject(volume) && (text(volume["driverName"]) !== "" || isObject(volume["driverOptions"]));
    return {
      Type: text(mount["type"]),
      Target: text(mount["target"]),
      Source: text(mount["source"]),
      ReadOnly: mount["readOnly"] === true,
      ...(isObject(bind) && { BindOptions: { Propagation: text(bind["propagation"]) } }),
      ...(isObject(volume) && {
        VolumeOptions: {
          NoCopy: volume["noCopy"] === true,
          Labels: labelMap(volume["labels"]),
          ...(driver && {
            DriverConfig: { Name: text(volume["driverName"]), Options: strings(volume["driverOptions"]) },
          }),
          ...(text(volume["subpath"]) !== "" && { Subpath: text(volume["subpath"]) }),
        },
      }),
      ...(isObject(tmpfs) && {
        TmpfsOptions: { SizeBytes: Number(tmpfs["sizeBytes"] ?? 0), Mode: Number(tmpfs["mode"] ?? 0) },
      }),
    };
  });
  return settings.length === 0 ? undefined : (settings as unknown as Docker.MountSettings[]);
}

function healthcheck(value: PropertyValue | undefined): Docker.HealthConfig | undefined {
  if (!isObject(value)) return undefined;
  return {
    Test: texts(value["tests"]),
    Interval: parseDuration(text(value["interval"])),
    Timeout: parseDuration(text(value["timeout"])),
    StartPeriod: parseDuration(text(value["startPeriod"])),
    ...(parseDuration(text(value["startInterval"])) > 0 && {
      StartInterval: parseDuration(text(value["startInterval"])),
    }),
    Retries: Number(value["retries"] ?? 0),
  };
}

/** The body of the engine's update call. Without a value the engine keeps what it has. */
export function updateOptions(inputs: Properties): object {
  return resources(inputs);
}

/** What can change on a running container. */
function resources(inputs: Properties): Docker.HostConfig {
  return {
    Memory: bytes(inputs["memory"]),
    MemorySwap: bytes(inputs["memorySwap"]),
    MemoryReservation: bytes(inputs["memoryReservation"]),
    CpuShares: Number(inputs["cpuShares"] ?? 0) || undefined,
    CpusetCpus: given(inputs["cpuSet"]),
    RestartPolicy: { Name: text(inputs["restart"]) || "no", MaximumRetryCount: Number(inputs["maxRetryCount"] ?? 0) },
  };
}

/** `cpus` goes before period and quota. */
function cpus(inputs: Properties): Docker.HostConfig {
  const wanted = text(inputs["cpus"]);
  if (wanted === "") {
    return {
      CpuPeriod: Number(inputs["cpuPeriod"] ?? 0) || undefined,
      CpuQuota: Number(inputs["cpuQuota"] ?? 0) || undefined,
    };
  }
  const count = Number(wanted);
  if (isNaN(count)) throw new Error(`Error setting cpus: failed to parse ${wanted} as a rational number`);
  return { NanoCpus: Math.round(count * 1e9) };
}

function hostConfig(inputs: Properties): Docker.HostConfig {
  const capabilities = isObject(inputs["capabilities"]) ? inputs["capabilities"] : {};
  const { binds, from } = volumeSpec(inputs["volumes"]);
  return {
    ...resources(inputs),
    ...cpus(inputs),
    AutoRemove: inputs["rm"] === true,
    ReadonlyRootfs: inputs["readOnly"] === true,
    Privileged: inputs["privileged"] === true,
    PublishAllPorts: inputs["publishAllPorts"] === true,
    LogConfig: { Type: text(inputs["logDriver"]), Config: strings(inputs["logOpts"]) },
    Tmpfs: strings(inputs["tmpfs"]),
    PortBindings: ports(inputs["ports"]).bindings,
    Binds: binds.length > 0 ? binds : undefined,
    VolumesFrom: from.length > 0 ? from : undefined,
    Mounts: mounts(inputs["mounts"]),
    ExtraHosts: objects(inputs["hosts"]).map((host) => `${text(host["host"])}:${text(host["ip"])}`),
    Ulimits: objects(inputs["ulimits"]).map((limit) => ({
      Name: text(limit["name"]),
      Soft: Number(limit["soft"]),
      Hard: Number(limit["hard"]),
    })),
    CapAdd: some(capabilities["adds"]),
    CapDrop: some(capabilities["drops"]),
    Devices: objects(inputs["devices"]).map((device) => ({
      PathOnHost: text(device["hostPath"]),
      PathInContainer: text(device["containerPath"]) || text(device["hostPath"]),
      CgroupPermissions: text(device["permissions"]) || "rwm",
    })),
    Dns: some(inputs["dns"]),
    DnsOptions: some(inputs["dnsOpts"]),
    DnsSearch: some(inputs["dnsSearches"]),
    SecurityOpt: some(inputs["securityOpts"]),
    GroupAdd: some(inputs["groupAdds"]),
    ShmSize: bytes(inputs["shmSize"]),
    NetworkMode: given(inputs["networkMode"]),
    UsernsMode: given(inputs["usernsMode"]),
    PidMode: given(inputs["pidMode"]),
    IpcMode: given(inputs["ipcMode"]),
    Runtime: given(inputs["runtime"]),
    StorageOpt: inputs["storageOpts"] === undefined ? undefined : strings(inputs["storageOpts"]),
    Sysctls: inputs["sysctls"] === undefined ? undefined : strings(inputs["sysctls"]),
    ...(inputs["cgroupParent"] !== undefined && { CgroupParent: text(inputs["cgroupParent"]) }),
    ...(inputs["cgroupnsMode"] !== undefined && { CgroupnsMode: text(inputs["cgroupnsMode"]) }),
    Init: inputs["init"] === true,
  };
}

/** The body of the engine's create call. */
export function createOptions(inputs: Properties): Docker.ContainerCreateOptions {
  const { anonymous } = volumeSpec(inputs["volumes"]);
  return {
    name: text(inputs["name"]),
    platform: given(inputs["platform"]),
    Image: text(inputs["image"]),
    Hostname: given(inputs["hostname"]),
    Domainname: given(inputs["domainname"]),
    Tty: inputs["tty"] === true,
    OpenStdin: inputs["stdinOpen"] === true,
    Env: some(inputs["envs"]),
    Cmd: some(inputs["command"]),
    Entrypoint: some(inputs["entrypoints"]),
    User: given(inputs["user"]),
    WorkingDir: given(inputs["workingDir"]),
    StopSignal: given(inputs["stopSignal"]),
    StopTimeout: Number(inputs["stopTimeout"] ?? 0) || undefined,
    ExposedPorts: ports(inputs["ports"]).ExposedPorts,
    Volumes: anonymous,
    Labels: labelMap(inputs["labels"]),
    Healthcheck: healthcheck(inputs["healthcheck"]),
    HostConfig: hostConfig(inputs),
  };
}
