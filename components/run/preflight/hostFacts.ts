import type { Host } from "../../../fleet/types";
import { endpointOf, engineClient } from "../../host/engineClient";
import { ignoreAbsent } from "../../host/engineErrors";
import { type EngineFacts, engineFacts, type EngineInfo } from "./engineFacts";
import { runOnHost } from "./hostCommand";
import { readRoutes, type RouteFact } from "./hostNetworks";

/** What a host really looks like before anything changes. */
export interface HostFacts {
  readonly containers: readonly ContainerFact[];
  readonly networks: readonly NetworkFact[];
  /** The engine and its kernel. */
  readonly engine: EngineFacts;
  /** IPv4 networks of the machine itself; undefined where it can't be asked for them. */
  readonly routes?: readonly RouteFact[];
  /** Listening TCP sockets of the host; undefined where they can't be asked for. */
  readonly listeners?: readonly ListenerFact[];
  /** CPUs that the engine has. */
  readonly cpus: number;
  /** MiB free where the engine keeps its data; undefined where it can't be asked for. */
  readonly freeDiskMiB?: number;
  /** Inodes free there; undefined where it can't be asked for, or the file system has no fixed number of them. */
  readonly freeInodes?: number;
  /** Base images that are neither on the host nor in a registry: reference -> the engine's reason. */
  readonly missingImages: Readonly<Record<string, string>>;
}

export interface ContainerFact {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly published: readonly { address: string; port: number }[];
}

export interface NetworkFact {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly subnets: readonly string[];
  /** The interface of the machine that is the network's bridge; undefined for a network without one. */
  readonly bridge?: string;
}

export interface ListenerFact {
  readonly address: string;
  readonly port: number;
  /** Name and process id, e.g. `python3 (pid 4711)`; undefined when the host doesn't say. */
  readonly process?: string;
}

/** The engine of a host doesn't answer; the message says why. */
export class EngineUnreachableError extends Error {}

/** How long one question to an engine may take. A busy engine answers within seconds; a registry behind it, too. */
const answerDeadlineSeconds = 30;

/**
 * Asks a host's engine, and the host itself by `ss`, `df` and `ip`, for the facts that a change depends on.
 *
 * @param baseImages references of the base images that are to be built upon.
 * @param deadlineSeconds how long one question may take.
 * @throws EngineUnreachableError when the engine doesn't answer.
 */
export async function readHostFacts(
  host: Host,
  baseImages: readonly string[],
  deadlineSeconds = answerDeadlineSeconds,
): Promise<HostFacts> {
  const engine = engineClient(host, deadlineSeconds);
  const unreachable = (error: Error): never => {
    throw new EngineUnreachableError(`${endpointOf(host)} doesn't answer: ${error.message}`);
  };
  const asked = Date.now();
  const info = (await engine.info().catch(unreachable)) as EngineInfo & { DockerRootDir: string; NCPU: number };
  const answered = Date.now();
  const [containers, networks, listeners, routes, freeDiskMiB, freeInodes, missingImages] = await Promise.all([
    // An engine can hang in one of these though it has just said what it is.
    engine.listContainers({ all: true }).catch(unreachable),
    engine.listNetworks().catch(unreachable),
    readListeners(host),
    readRoutes(host),
    readFreeDisk(host, info.DockerRootDir),
    readFreeInodes(host, info.DockerRootDir),
    findMissingImages(engine, baseImages).catch(unreachable),
  ]);
  return {
    containers: containers.map((container) => ({
      name: (container.Names[0] ?? container.Id).replace(/^\//, ""),
      labels: container.Labels,
      published: container.Ports.filter((port) => port.PublicPort && port.Type === "tcp").map((port) => ({
        address: port.IP ?? "0.0.0.0",
        port: port.PublicPort,
      })),
    })),
    networks: networks.map((network) => ({
      name: network.Name,
      labels: network.Labels ?? {},
      subnets: (network.IPAM?.Config ?? []).flatMap((config) => (config.Subnet ? [config.Subnet] : [])),
      ...(network.Driver === "bridge"
        ? { bridge: network.Options?.["com.docker.network.bridge.name"] ?? `br-${network.Id.slice(0, 12)}` }
        : {}),
    })),
    engine: engineFacts(info, asked, answered),
    routes,
    listeners,
    cpus: info.NCPU,
    freeDiskMiB,
    freeInodes,
    missingImages,
  };
}

async function findMissingImages(
  engine: ReturnType<typeof engineClient>,
  references: readonly string[],
): Promise<Record<string, string>> {
  const missing: Record<string, string> = {};
  await Promise.all(
    [...new Set(references)].map(async (reference) => {
      const image = engine.getImage(reference);
      if ((await image.inspect().catch(ignoreAbsent)) === undefined) {
        // Not on the host: the registry is asked for its manifest, which downloads nothing.
        await image.distribution().catch((error: { reason?: string; message: string }) => {
          missing[reference] = error.reason ?? error.message;
        });
      }
    }),
  );
  return missing;
}

async function readListeners(host: Host): Promise<ListenerFact[] | undefined> {
  const output = await runOnHost(host, "ss", ["-H", "-l", "-t", "-n", "-p"]);
  return output === undefined ? undefined : parseListeners(output);
}

/** Reads `ss -Hltnp`: `LISTEN 0 128 127.0.0.1:20010 0.0.0.0:* users:(("python3",pid=4711,fd=3))`. */
export function parseListeners(output: string): ListenerFact[] {
  return output.split("\n").flatMap((line) => {
    const match = /^\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+(?:\s+users:\(\("([^"]+)",pid=(\d+))?/.exec(line);
    if (!match) {
      return [];
    }
    const [, address = "", port, name, pid] = match;
    const listener = { address: address.replace(/^\[|\]$/g, "").replace(/%.*$/, ""), port: Number(port) };
    return [name ? { ...listener, process: `${name} (pid ${pid})` } : listener];
  });
}

async function readFreeDisk(host: Host, folder: string): Promise<number | undefined> {
  const output = await runOnHost(host, "df", ["-P", "-k", folder]);
  const available = output?.trim().split("\n").at(-1)?.split(/\s+/)[3];
  return available === undefined ? undefined : Math.floor(Number(available) / 1024);
}

async function readFreeInodes(host: Host, folder: string): Promise<number | undefined> {
  const output = await runOnHost(host, "df", ["-P", "-i", folder]);
  return output === undefined ? undefined : parseFreeInodes(output);
}

/** Reads `df -P -i`: the fourth column of the last line. File systems such as btrfs make inodes as they need them, and say 0 of 0. */
export function parseFreeInodes(output: string): number | undefined {
  const [, all, , free] = output.trim().split("\n").at(-1)!.split(/\s+/).map(Number);
  return all === undefined || !(all > 0) ? undefined : free;
}
