import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Host } from "../../../fleet/types";
import { endpointOf, engineClient } from "../../host/engineClient";
import { sshArguments } from "../../host/sshAgent";

/** What a host really looks like before anything changes. */
export interface HostFacts {
  readonly containers: readonly ContainerFact[];
  readonly networks: readonly NetworkFact[];
  /** Listening TCP sockets of the host; undefined where they can't be asked for. */
  readonly listeners?: readonly ListenerFact[];
  /** CPUs that the engine has. */
  readonly cpus: number;
  /** MiB free where the engine keeps its data; undefined where it can't be asked for. */
  readonly freeDiskMiB?: number;
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
export const answerDeadlineSeconds = 30;

/**
 * Asks a host's engine, and the host itself by `ss` and `df`, for the facts that a change depends on.
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
  const info = (await engine.info().catch(unreachable)) as { DockerRootDir: string; NCPU: number };
  const [containers, networks, listeners, freeDiskMiB, missingImages] = await Promise.all([
    // An engine can hang in one of these though it has just said what it is.
    engine.listContainers({ all: true }).catch(unreachable),
    engine.listNetworks().catch(unreachable),
    readListeners(host),
    readFreeDisk(host, info.DockerRootDir),
    findMissingImages(engine, baseImages),
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
    })),
    listeners,
    cpus: info.NCPU,
    freeDiskMiB,
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
      try {
        await image.inspect();
      } catch {
        // Not on the host: the registry is asked for its manifest, which downloads nothing.
        await image.distribution().catch((error: { reason?: string; message: string }) => {
          missing[reference] = error.reason ?? error.message;
        });
      }
    }),
  );
  return missing;
}

/** Runs a command on the host itself; undefined when it can't be run there (no such command, another operating system). */
async function run(host: Host, command: string, args: readonly string[]): Promise<string | undefined> {
  const endpoint = endpointOf(host);
  const remote = endpoint.startsWith("ssh://");
  if (!remote && !(endpoint.startsWith("unix://") && process.platform === "linux")) {
    return undefined;
  }
  const [file, argv] = remote
    ? ["ssh", sshArguments({ ...host, docker: endpoint }, [command, ...args])]
    : [command, [...args]];
  try {
    return (await promisify(execFile)(file, argv, { timeout: 20_000 })).stdout;
  } catch {
    return undefined;
  }
}

async function readListeners(host: Host): Promise<ListenerFact[] | undefined> {
  const output = await run(host, "ss", ["-H", "-l", "-t", "-n", "-p"]);
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
  const output = await run(host, "df", ["-P", "-k", folder]);
  const available = output?.trim().split("\n").at(-1)?.split(/\s+/)[3];
  return available === undefined ? undefined : Math.floor(Number(available) / 1024);
}
