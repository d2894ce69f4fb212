/** Connects to a Docker engine over its socket, TCP or SSH, and says what the engine says when it refuses. */
import { spawn } from "node:child_process";
import * as http from "node:http";
import { Duplex } from "node:stream";
import Docker from "dockerode";
import { messageOf } from "../framework/resource";

/** How to reach an engine. */
export interface Endpoint {
  /** `unix:///path`, `tcp://host:port`, `http://host:port` or `ssh://[user@]host[:port]`. */
  host: string;
  /** Further arguments for `ssh`. */
  sshOpts: string[];
}

/** A stream over a process' standard streams that HTTP accepts in the place of a socket. */
class ProcessSocket extends Duplex {
  private readonly child;
  private complaint = "";

  constructor(command: string, args: string[]) {
    super();
    this.child = spawn(command, args, { env: process.env, stdio: ["pipe", "pipe", "pipe"] });
    this.child.stdout.on("data", (data: Buffer) => {
      if (!this.push(data)) this.child.stdout.pause();
    });
    this.child.stderr.on("data", (data: Buffer) => (this.complaint += data.toString()));
    this.child.stdin.on("error", () => undefined);
    this.child.on("error", (error) => this.destroy(error));
    this.child.on("close", (code) => {
      this.push(null);
      if (code !== 0 && code !== null)
        this.destroy(new Error(`${command} failed: ${this.complaint.trim() || `code ${code}`}`));
    });
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // A process that ends while it is written to says why when it is closed: a broken pipe would hide that.
    this.child.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  // What HTTP's agent calls on a socket, and a process has no need of.
  setKeepAlive = (): this => this;
  setNoDelay = (): this => this;
  setTimeout = (): this => this;
  ref = (): this => this;
  unref = (): this => this;
}

/** The arguments of `ssh` that reach the engine of a host: the way of the Docker CLI itself. */
export function sshArguments(url: URL, options: string[]): string[] {
  const user = url.username === "" ? [] : ["-l", decodeURIComponent(url.username)];
  const port = url.port === "" ? [] : ["-p", url.port];
  return [
    "-o",
    "ConnectTimeout=30",
    "-o",
    "BatchMode=yes",
    "-T",
    ...options,
    ...user,
    ...port,
    "--",
    url.hostname,
    "docker",
    "system",
    "dial-stdio",
  ];
}

function sshAgent(url: URL, options: string[]): http.Agent {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const create = (): Duplex => new ProcessSocket("ssh", sshArguments(url, options));
  return Object.assign(agent, { createConnection: create });
}

/** A client for the engine. Doesn't connect yet. */
export function connect({ host, sshOpts }: Endpoint): Docker {
  if (host.startsWith("unix://")) return new Docker({ socketPath: host.slice("unix://".length) });
  if (host === "ssh://") throw new Error("ssh host connection is not valid: no host specified");
  if (host.startsWith("ssh://")) {
    const options = { host: "docker", port: 80, protocol: "http", agent: sshAgent(new URL(host), sshOpts) } as const;
    return new Docker(options);
  }
  if (/^(tcp|http):\/\//.test(host)) {
    const url = new URL(host.replace(/^tcp:/, "http:"));
    return new Docker({ protocol: "http", host: url.hostname, port: url.port === "" ? 2375 : Number(url.port) });
  }
  // The stand-in knows unix://, ssh://, tcp:// and http:// addresses.
  throw new Error(`unable to parse docker host \`${host}\``);
}

interface EngineError {
  statusCode?: number;
  json?: { message?: string } | Buffer | null;
}

/** What the engine answered, in the words of the Docker CLI. */
export function engineMessage(error: unknown): string {
  const { statusCode, json } = error as EngineError;
  if (statusCode === undefined) {
    const { code, address, port } = error as { code?: string; address?: string; port?: number };
    if (code !== "ECONNREFUSED" && code !== "ENOENT" && code !== "EACCES") return messageOf(error);
    const where = port === undefined ? `unix://${address ?? ""}` : `tcp://${address ?? ""}:${port}`;
    return `Cannot connect to the Docker daemon at ${where}. Is the docker daemon running?`;
  }
  const message = json !== undefined && json !== null && !Buffer.isBuffer(json) ? json.message : undefined;
  // An answer to a call that streams is only in the client library's own words: "(HTTP code 404) reason - message".
  const fromWords = messageOf(error).replace(/^\(HTTP code \d+\) .*? - /s, "");
  return `Error response from daemon: ${message ?? fromWords.trim()}`;
}

/** True if the engine said that there is no such object. */
export function isNotFound(error: unknown): boolean {
  return (error as EngineError).statusCode === 404;
}

/** True if the engine said that the object already is as wanted. */
export function isUnchanged(error: unknown): boolean {
  return (error as EngineError).statusCode === 304;
}

/** Runs a call to the engine; an error gets the given words before the engine's own. */
export async function ask<T>(words: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw Object.assign(new Error(words === "" ? engineMessage(error) : `${words}: ${engineMessage(error)}`), {
      statusCode: (error as EngineError).statusCode,
    });
  }
}

/** Like {@link ask}, with nothing in the place of an object that doesn't exist. */
export async function askIfFound<T>(words: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask(words, call);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Waits, unless the operation is interrupted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new Error("interrupted");
  await new Promise<void>((resolve, reject) => {
    const interrupt = (): void => {
      clearTimeout(timer);
      reject(new Error("interrupted"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", interrupt);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", interrupt, { once: true });
  });
}
