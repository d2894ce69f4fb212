import { checkAccess, machineOf, resolveAccess } from "./accessChecks";
import { type ConfigProblem, showValue } from "./errors";
import { defaultImages, type ImageOverrides, mergeImages } from "./images";
import type { Read } from "./lenient";
import { labelFault } from "./names";
import { formatPath, setCommand } from "./paths";
import { defaultPortBase } from "./ports";
import { wrongValue } from "./problems";
import type { HostConfig, ImagesConfig } from "./schema";
import { defaultSubnetBase } from "./subnets";
import type { Host } from "./types";

/** A host that tenants can name, with what is needed to say where one of its images comes from. */
export interface ResolvedHost {
  readonly host: Host;
  /** The host's own images, over the environment's. */
  readonly overrides: ImageOverrides;
}

/** Resolves the declared hosts; reports a fleet without hosts, and hosts that are the same engine twice. */
export function resolveHosts(
  declared: ReadonlyMap<string, Read<HostConfig>>,
  images: Read<ImagesConfig>,
  isReadable: boolean,
  problems: ConfigProblem[],
): Map<string, ResolvedHost> {
  if (declared.size === 0 && isReadable) {
    problems.push({
      ...wrongValue(["hosts"], undefined),
      wayOut: setCommand(["hosts", "local", "address"], "127.0.0.1"),
    });
  }
  const engines = new Map<string, string>();
  return new Map(
    [...declared].map(([name, read]) => {
      const host = resolveHost(name, read, images);
      checkName(name, problems);
      checkAccess(host, read, problems);
      if (!read.faulty.has("docker") && !read.faulty.has("connection")) {
        checkEngine(host, read.value.docker === undefined ? "connection" : "docker", engines, problems);
      }
      return [name, { host, overrides: read.value.images ?? {} }];
    }),
  );
}

function resolveHost(name: string, read: Read<HostConfig>, images: Read<ImagesConfig>): Host {
  const { value } = read;
  const access = resolveAccess(read);
  return {
    name,
    docker: value.docker ?? (access.connection?.kind === "ssh" ? value.connection : undefined),
    ...access,
    address: value.address ?? "127.0.0.1",
    bindAddress: value.bindAddress ?? "127.0.0.1",
    publicAddress: value.publicAddress ?? value.bindAddress ?? "127.0.0.1",
    portBase: value.portBase ?? defaultPortBase,
    subnetBase: value.subnetBase ?? defaultSubnetBase,
    memoryMiB: value.memory,
    cpus: value.cpus,
    reservedSlots: [...new Set(value.reservedSlots ?? [])].sort((a, b) => a - b),
    portalSlots: [],
    images: mergeImages(defaultImages, images.value, value.images),
  };
}

function checkName(name: string, problems: ConfigProblem[]): void {
  const fault = labelFault(name);
  if (fault !== undefined) {
    problems.push({
      path: formatPath(["hosts", name]),
      value: showValue(name),
      expected: `a host's name: ${fault}`,
      wayOut: "rename it in the stack's file, and where tenants name it",
    });
  }
}

/** One engine, or one machine, under two names would give out its ports and subnets twice. */
function checkEngine(
  host: Host,
  key: "connection" | "docker",
  engines: Map<string, string>,
  problems: ConfigProblem[],
): void {
  const machine = machineOf(host);
  const other = engines.get(machine);
  if (other === undefined) {
    engines.set(machine, host.name);
    return;
  }
  const isRemote = host.connection?.kind === "ssh";
  const path = ["hosts", host.name, isRemote ? key : "docker"];
  problems.push({
    path: formatPath(path),
    value: showValue(host.docker, ["docker"]),
    expected: `an engine of its own: host "${other}" has the same, and both would give out the same slots`,
    wayOut: setCommand(path, `ssh://user@${host.name}`),
  });
}
