import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectFolder } from "./cliStack";
import { engine } from "./engine";

/** Runs Docker Compose in a folder as a user does. Returns what it printed; throws if it fails. */
export async function compose(folder: string, ...args: string[]): Promise<string> {
  const script = join(projectFolder, "setup/compose.sh");
  const program = execFileSync(script, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  const { stdout, stderr } = await promisify(execFile)(program, ["--ansi", "never", ...args], { cwd: folder });
  return stdout + stderr;
}

/**
 * Ids, times, and files of the engine that belong to one container. `Image` is the id that its image's name led to when it was made; a
 * build of the same content in between may have given that name another one (docs/decisions/0084).
 */
const ofOneContainer = [
  ...["Id", "Created", "State", "ExecIDs", "RestartCount", "GraphDriver", "Image"],
  ...["ResolvConfPath", "HostnamePath", "HostsPath", "LogPath"],
];

/**
 * What the engine says of a container and of its networks, without what belongs to this one container, to the tool that made
 * it, or is empty.
 */
export async function inspectedContainer(name: string): Promise<unknown> {
  const { NetworkSettings, Mounts, Config, HostConfig, ...rest } = await engine.getContainer(name).inspect();
  const own = Object.fromEntries(Object.entries(rest).filter(([key]) => !ofOneContainer.includes(key)));
  const limits = [...(HostConfig.Ulimits as { Name: string }[])].sort((a, b) => (a.Name < b.Name ? -1 : 1));
  const networks = Object.values(NetworkSettings.Networks).map(async ({ NetworkID, IPAddress, Gateway }) => {
    const { Driver, Internal, IPAM } = await engine.getNetwork(NetworkID).inspect();
    return { IPAddress, Gateway, Driver, Internal, IPAM };
  });
  return withoutEmpty({
    ...own,
    // What is attached is the stream that a tool would read after it made the container.
    Config: {
      ...Config,
      Labels: undefined,
      AttachStdout: undefined,
      AttachStderr: undefined,
      Env: [...Config.Env].sort(),
    },
    // Said in `Mounts` and `networks`, whichever way a tool asked for them.
    HostConfig: { ...HostConfig, Binds: undefined, Mounts: undefined, NetworkMode: undefined, Ulimits: limits },
    // Each tool has volumes of its own for the configuration.
    Mounts: Mounts.map(({ Type, Name, Destination, RW }) => ({
      Type,
      Name: Name?.endsWith("config") ? "configuration" : Name,
      Destination,
      RW,
    })).sort((a, b) => (a.Destination < b.Destination ? -1 : 1)),
    networks: (await Promise.all(networks)).sort((a, b) => (a.IPAddress < b.IPAddress ? -1 : 1)),
  });
}

/** What an engine knows a container by is the same whether a list or a text is empty or missing. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutEmpty);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isEmpty(inner)));
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}
