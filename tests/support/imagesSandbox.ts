import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { pack } from "tar-stream";
import { defaultImages, mergeImages, type ImageOverrides } from "../../fleet/images";
import type { MonitoringImages } from "../../fleet/monitoringTypes";

const run = promisify(execFile);

/** Base images that this machine uses: stand-ins if it is offline, else the official ones, held to the same contract. */
export function baseImages(): {
  odoo: string;
  postgres: string;
  nginx: string;
  rclone: string;
  caddy: string;
  lego: string;
  node: string;
  monitoring: MonitoringImages;
} {
  const file = "build/offline-images.json";
  const standIns = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ImageOverrides) : undefined;
  const { odoo, postgres, nginx, rclone, caddy, lego, node, monitoring } = mergeImages(defaultImages, standIns);
  return { odoo: odoo["19.0"]!, postgres: postgres[17]!, nginx, rclone, caddy, lego, node, monitoring };
}

/** Runs the docker command. Returns what it printed, both streams, without the last line end; throws if it fails. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run("docker", args, { maxBuffer: 1 << 26 });
  return (stdout + stderr).trimEnd();
}

/** The configuration that an image was built with; one that the engine doesn't have is pulled. */
export async function imageConfig(image: string): Promise<{
  Cmd: string[];
  Entrypoint: string[];
  Env: string[];
  ExposedPorts: Record<string, unknown>;
  StopSignal?: string;
  User?: string;
  Volumes: Record<string, unknown> | null;
}> {
  const inspect = (): Promise<string> => docker("image", "inspect", "--format", "{{json .Config}}", image);
  const config = await inspect().catch(async () => {
    await docker("pull", "--quiet", image);
    return inspect();
  });
  return JSON.parse(config) as never;
}

/** A file for a container. */
export interface ContainerFile {
  readonly content: string | Buffer;
  /** Permissions; default 0644. */
  readonly mode?: number;
}

/** What a container is made of. */
export interface ContainerSpec {
  readonly image: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Other options of `docker create`. */
  readonly options?: readonly string[];
  /** Put there before the container starts; by absolute path. */
  readonly files?: Readonly<Record<string, ContainerFile>>;
  readonly command?: readonly string[];
  /** Networks that it joins before it starts beside the one of its options, each with its address there. */
  readonly joins?: Readonly<Record<string, string>>;
}

/** Containers and networks of one test, which `clean` removes together with their volumes. */
export class Sandbox {
  private readonly containers: string[] = [];
  private readonly networks: string[] = [];

  async start(spec: ContainerSpec): Promise<Container> {
    const env = Object.entries(spec.env ?? {}).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    const args = [
      "--label",
      "odoo-fleet.test=images",
      ...env,
      ...(spec.options ?? []),
      spec.image,
      ...(spec.command ?? []),
    ];
    // Only the id is printed to standard output; a pull reports on the other stream.
    const { stdout } = await run("docker", ["create", ...args]);
    const id = stdout.trim();
    this.containers.push(id);
    if (spec.files) {
      await copy(id, spec.files);
    }
    for (const [network, address] of Object.entries(spec.joins ?? {})) {
      await docker("network", "connect", "--ip", address, network, id);
    }
    await docker("start", id);
    return new Container(id);
  }

  async network(): Promise<string> {
    const id = await docker(
      "network",
      "create",
      "--label",
      "odoo-fleet.test=images",
      `images-${process.pid}-${Date.now()}`,
    );
    this.networks.push(id);
    return id;
  }

  /** Removes everything, and fails only after it has tried all. */
  async clean(): Promise<void> {
    const containers = this.containers.splice(0).map((id) => docker("rm", "--force", "--volumes", id));
    const removed = await Promise.allSettled(containers);
    removed.push(...(await Promise.allSettled(this.networks.splice(0).map((id) => docker("network", "rm", id)))));
    const failed = removed.find((result) => result.status === "rejected");
    if (failed) {
      throw failed.reason;
    }
  }
}

/** A container of a test. */
export class Container {
  constructor(readonly id: string) {}

  exec(...command: string[]): Promise<string> {
    return docker("exec", this.id, ...command);
  }

  shell(script: string): Promise<string> {
    return this.exec("sh", "-c", script);
  }

  logs(): Promise<string> {
    return docker("logs", this.id);
  }

  /** Waits for the end of the main process. Returns its exit code. */
  async ended(): Promise<number> {
    return Number(await docker("wait", this.id));
  }

  /** Stops the main process as the image wants it stopped. Returns its exit code. */
  async stop(): Promise<number> {
    await docker("stop", "--time", "30", this.id);
    return this.ended();
  }

  /** Repeats a command until it succeeds. Fails with the container's log when it has ended or after `seconds`. */
  async until(script: string, seconds = 60): Promise<string> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const result = await this.shell(script).catch(() => undefined);
      if (result !== undefined) {
        return result;
      }
      const running = await docker("inspect", "--format", "{{.State.Running}}", this.id);
      if (running !== "true" || Date.now() > deadline) {
        throw new Error(`"${script}" never succeeded (running: ${running}); the log:\n${await this.logs()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Puts files into a container that need not run. Their folders are made. */
async function copy(id: string, files: Readonly<Record<string, ContainerFile>>): Promise<void> {
  const archive = pack();
  for (const [path, { content, mode = 0o644 }] of Object.entries(files)) {
    archive.entry({ name: path.slice(1), mode }, content);
  }
  archive.finalize();
  const child = spawn("docker", ["cp", "-", `${id}:/`], { stdio: ["pipe", "ignore", "pipe"] });
  archive.pipe(child.stdin);
  const [errors, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  if (code !== 0) {
    throw new Error(`docker cp failed: ${errors}`);
  }
}
