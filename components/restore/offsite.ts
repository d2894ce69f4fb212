import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { rcloneFiles } from "../backup/rcloneConf";
import { ignoreAbsent } from "../host/engineErrors";
import { execOutput, execText } from "../host/engineExec";
import { type Offsite, remotePath, showTarget } from "../../fleet/offsite";
import type { OffsiteSecret } from "../../fleet/offsiteChecks";
import { configFolder, repositoryFolder } from "../../fleet/security";
import type { Host, Tenant } from "../../fleet/types";
import { inThrowAway, removeThrowAway, stop } from "../host/throwAway";
import { RestoreError } from "./restorer";
import { filesOf, tarOf } from "../host/tar";
import { comesToItsEnd } from "../host/progress";

/** The copies of a fleet's backups, and what opens their target. */
export interface Copies {
  readonly offsite: Offsite;
  readonly secret: OffsiteSecret;
}

/** Where a tenant's backups are copied back to. */
export interface CopyBack {
  readonly engine: Docker;
  readonly host: Host;
  readonly tenant: Pick<Tenant, "name"> & Place["tenant"];
  /** Names of the tenant's own images: their users own what is in the repository. Without Odoo's it has a database and no files. */
  readonly images: { readonly postgres: string; readonly odoo?: string };
  /** Name of the volume that they go into. */
  readonly volume: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Where rclone runs, and what for. */
interface Place extends Pick<CopyBack, "engine" | "host"> {
  readonly tenant: { readonly names: Pick<Tenant["names"], "backup"> };
}

/** Name of the container that copies back. */
function copierName({ names }: Place["tenant"]): string {
  return `${names.backup}-offsite`;
}

/** Runs work in a container with rclone and the target's credential, and the volume if one is named. */
async function withRclone<T>(
  { offsite, secret }: Copies,
  { engine, host, tenant }: Place,
  volume: string | undefined,
  work: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  await pull(engine, host.images.rclone);
  const wanted = {
    name: copierName(tenant),
    image: host.images.rclone,
    binds: volume === undefined ? [] : [`${volume}:/to`],
    settings: { User: "root", Entrypoint: ["sh", "-c", "sleep 864000"] },
    host: { NetworkMode: "bridge", CapAdd: ["DAC_OVERRIDE"], Memory: 512 * 2 ** 20 },
  };
  const files = Object.entries(rcloneFiles(offsite, secret)).map(([file, content]) => ({
    name: `${configFolder.slice(1)}/${file}`,
    content,
  }));
  return inThrowAway(engine, wanted, async (container) => {
    await container.putArchive(tarOf(files), { path: "/" });
    await container.start();
    return work(container);
  });
}

/** What each use of rclone has in common. */
function rclone({ offsite }: Copies, ...args: string[]): string[] {
  const ca = offsite.certificate === undefined ? [] : ["--ca-cert", `${configFolder}/ca.pem`];
  const common = ["--config", `${configFolder}/rclone.conf`, "--contimeout", "20s", "--retries", "3"];
  return ["rclone", ...args, ...common, ...ca];
}

/** Bytes of each tenant's copies on the target. @throws RestoreError where there are none of one. */
export async function sizesOfCopies(
  copies: Copies,
  {
    tenants,
    ...back
  }: Pick<CopyBack, "engine" | "host" | "signal"> & { readonly tenants: readonly CopyBack["tenant"][] },
): Promise<Record<string, number>> {
  const [tenant] = tenants;
  if (tenant === undefined) {
    return {};
  }
  return withRclone(copies, { ...back, tenant }, undefined, async (container) => {
    const sizes: Record<string, number> = {};
    for (const { name } of tenants) {
      const command = rclone(copies, "size", "--json", remotePath(copies.offsite, name));
      const { count, bytes } = JSON.parse(await execText(container, command, back.signal)) as Record<string, number>;
      if (count === 0) {
        throw new RestoreError(`${showTarget(copies.offsite)} has no copies of ${name}`);
      }
      sizes[name] = bytes!;
    }
    return sizes;
  });
}

/** Text of a file on the target, below the environment's folder; undefined: there is none. */
export function readCopied(
  copies: Copies,
  back: Place & Pick<CopyBack, "signal">,
  path: string,
): Promise<string | undefined> {
  return withRclone(copies, back, undefined, async (container) => {
    const file = `${remotePath(copies.offsite)}/${path}`;
    const listed = await execText(container, rclone(copies, "lsf", "--files-only", file), back.signal).catch(() => "");
    return listed.trim() === "" ? undefined : execText(container, rclone(copies, "cat", file), back.signal);
  });
}

/** Files on the target below a folder of the environment's that match, such as `acme/files/keys/**`; by path below that folder. */
export async function readAllCopied(
  copies: Copies,
  place: Place & Pick<CopyBack, "signal">,
  folder: string,
  pattern: string,
): Promise<Record<string, Buffer>> {
  return withRclone(copies, place, undefined, async (container) => {
    const from = `${remotePath(copies.offsite)}/${folder}`;
    const command = rclone(copies, "copy", from, "/tmp/read", "--include", pattern);
    await execText(container, ["mkdir", "-p", "/tmp/read"], place.signal);
    await execText(container, command, place.signal);
    return filesOf((await container.getArchive({ path: "/tmp/read" })) as Readable, "read/");
  });
}

/** Puts a text on the target, at a path below the environment's folder. */
export function writeCopied(
  copies: Copies,
  place: Place & Pick<CopyBack, "signal">,
  path: string,
  text: string,
): Promise<void> {
  return withRclone(copies, place, undefined, async (container) => {
    await container.putArchive(tarOf([{ name: "written", content: text }]), { path: "/tmp" });
    const command = rclone(copies, "copyto", "/tmp/written", `${remotePath(copies.offsite)}/${path}`, "--ignore-times");
    await execText(container, command, place.signal);
  });
}

/**
 * Copies a tenant's backups from the target into a volume, as they were on the host. What is there already isn't copied again, so
 * it may be interrupted and repeated.
 *
 * @throws RestoreError where the target has none of the tenant's.
 */
export async function copyBack(copies: Copies, back: CopyBack): Promise<void> {
  const { engine, tenant, volume, images, signal } = back;
  // First mounted by an image that has the folder, the volume takes over who may write to it.
  const owned = (user: "postgres" | "odoo", image: string, script: string): Promise<void> =>
    inThrowAway(
      engine,
      {
        name: copierName(tenant),
        image,
        binds: [`${volume}:${repositoryFolder}`],
        settings: { User: "root" },
        host: { CapAdd: ["CHOWN", "DAC_OVERRIDE"] },
      },
      async (container) => {
        await container.start();
        await execText(container, ["sh", "-ec", `cd ${repositoryFolder}; ${script}`, user], signal);
      },
    );
  await owned("postgres", images.postgres, ":");
  await fetchCopies(copies, back, images.odoo === undefined ? ["database"] : ["database", "files"]);
  await owned("postgres", images.postgres, 'chmod 1777 .; chown -R "$0:$0" database');
  if (images.odoo !== undefined) {
    await owned("odoo", images.odoo, 'chown -R "$0:" files');
  }
}

/**
 * Copies backups from the target into a volume, as files of root.
 *
 * @param folders what has to be there then.
 * @throws RestoreError where it isn't.
 */
export async function fetchCopies(
  copies: Copies,
  back: Omit<CopyBack, "images">,
  folders: readonly string[],
): Promise<void> {
  const { tenant, volume, say, signal } = back;
  const from = remotePath(copies.offsite, tenant.name);
  await withRclone(copies, back, volume, async (container) => {
    const command = rclone(copies, "copy", from, "/to", "--transfers", "8", "--stats", "15s", "--stats-one-line");
    const script = 'exec "$@" --stats-log-level NOTICE 2>&1';
    let tail = "";
    try {
      for await (const piece of execOutput(container, ["sh", "-c", script, "copy", ...command], signal)) {
        tail = (tail + piece.toString()).slice(-2000);
        const [line] = /\d[\d.]* ?[kMGTi]*B \/ [^\n]*/.exec(piece.toString()) ?? [];
        if (line !== undefined) {
          say(`copied back: ${line.trim()}`);
        }
      }
    } catch (error) {
      throw signal.aborted ? error : new RestoreError(`the copies can't be read: ${tail.trim() || String(error)}`);
    }
    const found = await execText(container, ["sh", "-c", "ls /to"], signal);
    if (!folders.every((folder) => found.split("\n").includes(folder))) {
      throw new RestoreError(`${showTarget(copies.offsite)} has no whole copy of ${tenant.name}'s backups`);
    }
  });
}

/**
 * Makes what was copied back a tenant's own repository again, where that is gone or was made anew. One that is still the same
 * stays as it is: it may hold more than its copies.
 *
 * @returns whether it was gone.
 */
export function putInPlace({
  engine,
  tenant,
  images,
  volume,
  signal,
}: CopyBack & { readonly tenant: Tenant }): Promise<boolean> {
  const wanted = {
    name: copierName(tenant),
    image: images.postgres,
    binds: [`${volume}:/from:ro`, `${tenant.names.repositoryVolume}:${repositoryFolder}`],
    settings: { User: "root" },
    host: { CapAdd: ["CHOWN", "DAC_OVERRIDE", "FOWNER"] },
  };
  return inThrowAway(engine, wanted, async (container) => {
    await container.start();
    const run = (script: string): Promise<string> => execText(container, ["sh", "-ec", script], signal);
    const isSame = `cmp -s /from/files/config ${repositoryFolder}/files/config`;
    if ((await run(`! ${isSame} || echo same`)).trim() === "same") {
      return false;
    }
    // What backs up would write on into what it began in the other one.
    const helpers = [tenant.names.backup, tenant.names.files];
    await Promise.all(helpers.map((name) => stop(engine, name)));
    try {
      await run(`cd ${repositoryFolder}; rm -rf -- * .[!.]*; cp -a /from/. .`);
    } finally {
      await Promise.all(helpers.map((name) => engine.getContainer(name).start().catch(ignoreAbsent)));
    }
    return true;
  });
}

/** Takes away what an interrupted copying left, the volume too where it is one of its own. */
export async function clearCopies(engine: Docker, tenant: Place["tenant"], volume?: string): Promise<void> {
  await removeThrowAway(engine, copierName(tenant));
  if (volume !== undefined) {
    await engine.getVolume(volume).remove().catch(ignoreAbsent);
  }
}

/** Has an image on an engine that may never have run it. */
async function pull(engine: Docker, image: string): Promise<void> {
  if ((await engine.getImage(image).inspect().catch(ignoreAbsent)) !== undefined) {
    return;
  }
  await comesToItsEnd(engine, await engine.pull(image), `the image ${image} can't be pulled`);
}
