/** The project's own images on the base images of this machine, for tests that run them as the program does. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { imageSpecs, type ImageSpec } from "../../components/host/imageSpec";
import { odooRole } from "../../components/tenant/config/odooConf";
import { postgresDataPaths, renderPgHba, renderPostgresConf } from "../../components/tenant/config/postgresConf";
import { configFolder } from "../../fleet/security";
import type { BaseImages, Sizing, Tenant } from "../../fleet/types";
import { walWaitingFile, walWaitingQuery } from "../../monitoring/config/walWaiting";
import { baseImages, type Container, type ContainerFile, docker, imageConfig, Sandbox } from "./imagesSandbox";

/** The base images by kind and version, as `imageSpec.ts` takes them. */
export function bases(): BaseImages {
  const { odoo, postgres, nginx, rclone, caddy, lego, node, monitoring } = baseImages();
  return { odoo: { "19.0": odoo }, postgres: { 17: postgres }, nginx, rclone, caddy, lego, node, monitoring };
}

/** What the custom images are built from; by default for a tenant without extras. */
export function specs(
  extras: Partial<Tenant["odooImage"]> = {},
  modules: readonly string[] = ["base", "web"],
  serverWideModules: readonly string[] = [],
): Record<"odoo" | "postgres" | "nginx", ImageSpec> {
  const odooImage = { addons: [], pythonPackages: [], debianPackages: [], ...extras };
  const tenant = { odooVersion: "19.0", postgresVersion: 17, odooImage, modules, serverWideModules } as const;
  return imageSpecs({ ...tenant, baseImages: baseImages() }, "");
}

/** Options that close a container as the program closes it. */
export function hardened(user: string): string[] {
  const closed = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges:true", "--init", "--ipc=private"];
  return [`--user=${user}`, ...closed];
}

/** A file that anybody in the container may read, as the program uploads it. */
export function readable(content: string): ContainerFile {
  return { content, mode: 0o444 };
}

/** The smallest settings that a server starts with; `maxConnections` is a number that is nobody's default. */
export const postgresSizing: Sizing["postgres"] = {
  memoryMiB: 128,
  cpus: 1,
  maxConnections: 23,
  sharedBuffersMiB: 16,
  effectiveCacheSizeMiB: 32,
  workMemKiB: 1024,
  maintenanceWorkMemMiB: 16,
  idleInTransactionMinutes: 10,
  shmSizeMiB: 64,
};

/** A sandbox that also has volumes and built images. */
export class ImageSandbox extends Sandbox {
  private readonly volumes: string[] = [];
  private readonly images: string[] = [];

  /** Builds an image by the engine's own builder; returns a name that the test run has for itself. */
  async build({ context, buildArgs }: ImageSpec, ...options: string[]): Promise<string> {
    const name = `odoo-fleet.test/images-${process.pid}:${this.images.length}`;
    const args = Object.entries(buildArgs).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]);
    // No label: it would keep the engine from its cache, and making a seed takes a minute.
    await promisify(execFile)("docker", ["build", "--quiet", "--tag", name, ...options, ...args, context], {
      env: { ...process.env, DOCKER_BUILDKIT: "0" },
    });
    this.images.push(name);
    return name;
  }

  /** Builds an image that differs from another by one command, run as root. */
  async derive(image: string, command: string): Promise<string> {
    const context = mkdtempSync(join(tmpdir(), "image-"));
    try {
      writeFileSync(join(context, "Dockerfile"), `FROM ${image}\nUSER root\nRUN ${command}\nUSER odoo\n`);
      return await this.build({ name: "", context, buildArgs: {} });
    } finally {
      rmSync(context, { recursive: true });
    }
  }

  async volume(): Promise<string> {
    const name = await docker("volume", "create", "--label", "odoo-fleet.test=images");
    this.volumes.push(name);
    return name;
  }

  /** Writes files into a volume, which has its owner and first content from the image's folder of that path. */
  async fill(
    image: string,
    volume: string,
    folder: string,
    files: Readonly<Record<string, ContainerFile>>,
  ): Promise<void> {
    const container = await this.start({
      image,
      options: ["--network=none", `--volume=${volume}:${folder}`, "--entrypoint=true"],
      files: Object.fromEntries(Object.entries(files).map(([name, file]) => [`${folder}/${name}`, file])),
    });
    await container.ended();
  }

  override async clean(): Promise<void> {
    try {
      await super.clean();
    } finally {
      const removed = this.volumes.splice(0).map((name) => docker("volume", "rm", "--force", name));
      await Promise.allSettled(removed);
    }
  }

  /** Removes what `build` named; the layers stay in the engine's build cache. For `afterAll`. */
  async forgetImages(): Promise<void> {
    for (const name of this.images.splice(0)) {
      await docker("image", "rm", "--no-prune", name);
    }
  }
}

/** What a tenant's PostgreSQL is started with. */
export interface PostgresArgs {
  /** The custom image. */
  readonly image: string;
  readonly network: string;
  /** The one container that may log in. */
  readonly client: Container;
  readonly database: string;
  readonly rolePassword: string;
  /** More options of `docker create`. */
  readonly options?: readonly string[];
}

/** A tenant's PostgreSQL and its volumes. It need not be ready. */
export interface StartedPostgres {
  readonly server: Container;
  readonly config: string;
  readonly data: string;
}

/** The data volume's mount point. */
export const dataMount = postgresDataPaths(17).mount;

/** Succeeds when the server serves others. */
export const postgresReady = "pg_isready --quiet --host 127.0.0.1";

/** Starts the custom PostgreSQL image as the component `PostgresDatabase` does. */
export async function startPostgres(sandbox: ImageSandbox, args: PostgresArgs): Promise<StartedPostgres> {
  const { image, network, client, database } = args;
  const [config, data] = [await sandbox.volume(), await sandbox.volume()];
  await sandbox.fill(image, config, configFolder, {
    "postgresql.conf": readable(renderPostgresConf(postgresSizing)),
    "pg_hba.conf": readable(renderPgHba({ database, role: odooRole, odooAddress: await addressOf(client) })),
    [walWaitingFile]: readable(walWaitingQuery),
    "role-password": readable(args.rolePassword),
  });
  const server = await sandbox.start({
    image,
    env: {
      PGDATA: postgresDataPaths(17).data,
      ODOO_DATABASE: database,
    },
    options: [
      ...hardened("postgres"),
      "--stop-signal=SIGINT",
      `--network=${network}`,
      "--network-alias=postgres",
      "--tmpfs=/tmp:mode=1777",
      "--tmpfs=/var/run/postgresql:mode=1777",
      `--volume=${data}:${dataMount}`,
      `--volume=${config}:${configFolder}`,
      ...(args.options ?? []),
    ],
  });
  return { server, config, data };
}

/** A container that only holds an address in a network. */
export async function placeholder(sandbox: ImageSandbox, network: string): Promise<Container> {
  return sandbox.start({
    image: baseImages().postgres,
    options: [`--network=${network}`],
    command: ["sleep", "infinity"],
  });
}

async function addressOf(container: Container): Promise<string> {
  return docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container.id);
}

/** What an image adds to its base: environment variables, and the commands in its history. */
export async function additions(image: string, base: string): Promise<{ env: string[]; commands: string }> {
  const before = (await imageConfig(base)).Env;
  const history = async (name: string): Promise<string[]> =>
    (await docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", name)).split("\n");
  const added = (await history(image)).slice(0, -(await history(base)).length);
  return { env: (await imageConfig(image)).Env.filter((one) => !before.includes(one)), commands: added.join("\n") };
}
