import { type ChildProcess, spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";
import { parseSshUrl, sshOptions } from "../../fleet/ssh";
import type { Host } from "../../fleet/types";

/** What is needed to reach a host's engine. */
export type EngineAddress = Pick<Host, "docker" | "hostKeys" | "identityFile">;

/** Without these a connection whose other side vanished (a pulled cable, a firewall that forgot it) waits for hours. */
const keepAlive = ["-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"];

/**
 * Arguments of `ssh` that run a command on the machine of an engine's `ssh://` endpoint. It asks nobody, notices within
 * a minute that the other side is gone, and the user's own SSH configuration counts as for any other `ssh`.
 */
export function sshArguments({ docker, ...keys }: EngineAddress, command: readonly string[]): string[] {
  const { user, host, port } = parseSshUrl(docker)!;
  return [
    ...["-o", "BatchMode=yes", "-o", "ConnectTimeout=15", ...keepAlive, "-T", ...sshOptions(keys)],
    ...(user === undefined ? [] : ["-l", user]),
    // Left out where it is the usual one: the user's own configuration may name another.
    ...(port === 22 ? [] : ["-p", port.toString()]),
    ...["--", host, ...command],
  ];
}

/**
 * Connects HTTP to an engine behind SSH as the Docker CLI and the Docker provider do: by `ssh HOST docker system
 * dial-stdio`. So the declared keys count here as they do there, and so does the user's SSH configuration.
 */
export class SshAgent extends Agent {
  constructor(private readonly address: EngineAddress) {
    // A connection that is kept would keep the program from ending.
    super({ keepAlive: false, maxSockets: 6 });
  }

  override createConnection(): Duplex {
    return processSocket(
      spawn("ssh", sshArguments(this.address, ["docker", "system", "dial-stdio"]), { stdio: ["pipe", "pipe", "pipe"] }),
    );
  }
}

/** The standard streams of a process in the place of a socket. */
function processSocket(child: ChildProcess): Duplex {
  const { stdin, stdout, stderr } = child;
  let complaint = "";
  const socket = new Duplex({
    read: () => void stdout!.resume(),
    // A process that ends while it is written to says why when it is closed: a broken pipe would hide that.
    write: (chunk: Buffer, _encoding, done) => void stdin!.write(chunk, () => done()),
    final: (done) => void stdin!.end(done),
    destroy(error, done) {
      child.kill();
      done(error);
    },
  });
  stdin!.on("error", () => undefined);
  stderr!.on("data", (data: Buffer) => (complaint += data.toString()));
  stdout!.on("data", (data: Buffer) => {
    if (!socket.push(data)) {
      stdout!.pause();
    }
  });
  child.on("error", (error) => socket.destroy(error));
  child.on("close", (code) => {
    socket.push(null);
    if (code !== 0 && code !== null) {
      socket.destroy(new Error(complaint.trim() || `ssh ended with ${code}`));
    }
  });
  // What HTTP calls on a socket, and a process has no need of.
  const same = (): Duplex => socket;
  return Object.assign(socket, { setKeepAlive: same, setNoDelay: same, setTimeout: same, ref: same, unref: same });
}
