import type Docker from "dockerode";
import { ignoreAbsent } from "../host/engineErrors";
import { stackIdLabel } from "../container/serviceContext";
import { readDataLabel } from "../tenant/dataLabel";
import { dataVolumes } from "../tenant/dataVolumes";
import { renderPgbackrestConf } from "../backup/pgbackrestConf";
import { odooRole } from "../tenant/config/odooConf";
import { postgresDataPaths, renderPgHba, renderPostgresConf } from "../tenant/config/postgresConf";
import type { EscrowedKeys } from "../../fleet/escrow";
import { tenantNames } from "../../fleet/names";
import { configFolder, repositoryFolder } from "../../fleet/security";
import type { Tenant } from "../../fleet/types";
import { allEnded } from "../host/allEnded";
import { execText } from "../host/engineExec";
import { inThrowAway, removeThrowAway } from "../host/throwAway";
import { createVolumes } from "../tenant/createVolumes";
import { psql } from "../host/psql";
import { type TarFile, tarOf } from "../host/tar";
import { showTime } from "./time";

/** A restore can't go on; the message says why, in what state everything is, and the way out. */
export class RestoreError extends Error {
  override readonly name = "RestoreError";
}

/** What restores one tenant on its host. */
export interface Restorer {
  readonly engine: Docker;
  readonly environment: string;
  readonly before: Tenant;
  /** The tenant with the names of its new volumes. */
  readonly after: Tenant;
  /** Volume with the backups that it restores from. Default: the tenant's own. */
  readonly repository?: string;
  /** What opens the backups. Default: the tenant's configuration volumes on the host have it. */
  readonly keys?: EscrowedKeys;
  /** Whose the new volumes are, where they are a copy's. Default: the tenant's own. */
  readonly owner?: Tenant;
  /** Odoo's release that the data has to be of. Default: the tenant's. */
  readonly release?: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** What the database of a tenant is restored by, or that of the portal, which has nothing else. */
export type RestoredDatabase = Pick<Tenant, "database" | "postgresVersion" | "addresses"> & {
  readonly names: Pick<Tenant["names"], "postgres" | "databaseVolume" | "repositoryVolume" | "postgresConfigVolume">;
  readonly sizing: Pick<Tenant["sizing"], "postgres" | "backup">;
};

/** What restores a database alone. */
export interface DatabaseRestorer extends Pick<Restorer, "engine" | "repository" | "keys" | "say" | "signal"> {
  readonly before: RestoredDatabase;
  readonly after: RestoredDatabase;
}

/** The tenant as it will be after a restore. */
export function restoredTenant(environment: string, tenant: Tenant, generation: number): Tenant {
  return { ...tenant, names: tenantNames(environment, tenant.name, generation, tenant.copyOf !== undefined) };
}

/** Names of the volumes with a tenant's own data: of that with its backups only for a copy, where they go with the data. */
export function ownVolumes({ names, copyOf }: Tenant): string[] {
  return [names.databaseVolume, names.filestoreVolume, ...(copyOf === undefined ? [] : [names.repositoryVolume])];
}

/** Names of the containers that a restore makes. */
function throwAways({ names }: Tenant): { database: string; files: string } {
  return { database: databaseThrowAway({ names }), files: `${names.odoo}-restore` };
}

/** Name of the container that restores a database. */
export function databaseThrowAway({ names }: Pick<RestoredDatabase, "names">): string {
  return `${names.postgres}-restore`;
}

/**
 * Id of the stack that made the tenant's volumes.
 *
 * @param isLocal whether its own repository has to be there. Default: yes.
 * @throws RestoreError where there is none.
 */
export async function stackIdOf(engine: Docker, tenant: Tenant, isLocal = true): Promise<string> {
  const { name, names } = tenant;
  let id: string | undefined;
  for (const volume of [names.repositoryVolume, ...(isLocal ? [] : ownVolumes(tenant))]) {
    id ??= (await engine.getVolume(volume).inspect().catch(ignoreAbsent))?.Labels?.[stackIdLabel];
  }
  if (id === undefined) {
    throw new RestoreError(
      `${name} has no backups: there is no volume ${names.repositoryVolume}. Nothing was changed.`,
    );
  }
  return id;
}

/** Odoo's release that a tenant's data is of; undefined: it has none, or it isn't known. */
export async function odooOfData(
  engine: Docker,
  { filestoreVolume }: Pick<Tenant["names"], "filestoreVolume">,
): Promise<string | undefined> {
  const volume = await engine.getVolume(filestoreVolume).inspect().catch(ignoreAbsent);
  return readDataLabel(volume?.Labels ?? {}).odoo;
}

/** Takes away what a restore that didn't come to its end left; the tenant's own volumes and backups stay. */
export async function clear({ engine, before, after, owner = after }: Restorer): Promise<void> {
  for (const name of Object.values(throwAways(before))) {
    await removeThrowAway(engine, name);
  }
  await removeOwn(engine, owner);
}

/** Removes the volumes with a tenant's own data. @throws where a container still uses one. */
export async function removeOwn(engine: Docker, tenant: Tenant): Promise<void> {
  for (const name of ownVolumes(tenant)) {
    await engine.getVolume(name).remove().catch(ignoreAbsent);
  }
}

/**
 * Has everything that was committed so far archived: a restore ends at a commit, and what is only in the server's own log isn't
 * there for it. A server that doesn't answer is what one restores for.
 */
export async function flush({
  engine,
  before,
  say,
  signal,
}: Pick<Restorer, "engine" | "before" | "say" | "signal">): Promise<void> {
  const postgres = engine.getContainer(before.names.postgres);
  const ask = (sql: string): Promise<string> =>
    execText(postgres, psql("postgres", sql), signal).then((one) => one.trim());
  try {
    await ask("SELECT txid_current(); SELECT pg_switch_wal();");
    const deadline = Date.now() + 60_000;
    while (Number(await ask("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready';")) > 0) {
      if (Date.now() > deadline) {
        say("the database's log isn't archived to its end: what was written last may be missing");
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  } catch (error) {
    signal.throwIfAborted();
    say(`the database doesn't answer, so only what was archived before is there: ${(error as Error).message}`);
  }
}

/** Restores database and files into new volumes side by side, and proves both. @throws with what is wrong with them. */
export async function restore(
  restorer: Restorer,
  images: { readonly postgres: string; readonly odoo: string },
  stackId: string,
  at: number | undefined,
): Promise<void> {
  const { engine, environment, after, owner = after } = restorer;
  const { database, filestore } = dataVolumes(owner);
  await createVolumes(engine, environment, stackId, owner, [database, filestore]);
  const failed = new AbortController();
  const named = namedFiles(restorer, images.postgres, at);
  named.catch(() => failed.abort());
  const signal = AbortSignal.any([restorer.signal, failed.signal]);
  // What is wrong with the database comes first: it mostly is the reason of what is wrong with the files.
  await allEnded([named, restoreFiles({ ...restorer, signal }, images.odoo, at, named)]);
}

/** Restores the database, and resolves to the files that it names. @throws with what is wrong with it, also where it is of another release. */
async function namedFiles(restorer: Restorer, image: string, at: number | undefined): Promise<string> {
  const { after, release = after.odooVersion } = restorer;
  const { named, odoo } = await restoreDatabase(restorer, image, at);
  if (odoo !== undefined && odoo !== release) {
    throw new Error(
      `it is of Odoo ${odoo}, and ${release} is declared, which can't open it: declare odoo: "${odoo}" of ${after.name}, and run this again`,
    );
  }
  return named;
}

/** What a database says of itself. */
interface RestoredFacts {
  /** The files that it names, one a line. */
  readonly named: string;
  /** Odoo's release that it is of; undefined: it is no Odoo's. */
  readonly odoo: string | undefined;
}

/** @throws with what is wrong with it. */
export function restoreDatabase(
  { engine, before, after, repository, keys, say, signal }: DatabaseRestorer,
  image: string,
  at: number | undefined,
): Promise<RestoredFacts> {
  const { names, sizing, postgresVersion, database } = after;
  const paths = postgresDataPaths(postgresVersion);
  const wanted = {
    name: databaseThrowAway(before),
    image,
    binds: [
      `${names.databaseVolume}:${paths.mount}`,
      `${repository ?? names.repositoryVolume}:${repositoryFolder}:ro`,
      ...(keys ? [] : [`${names.postgresConfigVolume}:${configFolder}:ro`]),
    ],
    settings: { User: "postgres", Env: [`PGDATA=${paths.data}`, `ODOO_DATABASE=${database}`] },
    host: {
      ShmSize: sizing.postgres.shmSizeMiB * 2 ** 20,
      // The server's, and pgBackRest's beside it.
      Memory: (sizing.postgres.memoryMiB + sizing.backup.memoryMiB) * 2 ** 20,
    },
  };
  return inThrowAway(engine, wanted, async (container) => {
    if (keys) {
      await container.putArchive(tarOf(databaseFiles(after, keys)), { path: configFolder });
    }
    await container.start();
    const target = at === undefined ? [] : [showTime(at)];
    sayLines(say, "database", await execText(container, ["odoo-fleet-restore", ...target], signal));
    const read = (file: string): Promise<string> => execText(container, ["cat", file], signal);
    const [, odoo] = /^(\d+\.\d+)\./.exec(await read("/tmp/odoo-version")) ?? [];
    return { named: await read("/tmp/store-fnames"), odoo };
  });
}

/** What a server and pgBackRest read, where the tenant's own configuration isn't there. */
function databaseFiles(
  { sizing, database, addresses, postgresVersion }: RestoredDatabase,
  keys: EscrowedKeys,
): TarFile[] {
  const { data: dataFolder } = postgresDataPaths(postgresVersion);
  return [
    { name: "postgresql.conf", content: renderPostgresConf(sizing.postgres) },
    { name: "pg_hba.conf", content: renderPgHba({ database, role: odooRole, odooAddress: addresses.odooInternal }) },
    { name: "pgbackrest.conf", content: renderPgbackrestConf({ dataFolder, cipherKey: keys.databaseKey }) },
  ];
}

/** @param named the files that the database names, one a line, which is known when that is restored. */
async function restoreFiles(
  { engine, before, after, repository, keys, say, signal }: Restorer,
  image: string,
  at: number | undefined,
  named: Promise<string>,
): Promise<void> {
  const { names, database, sizing } = after;
  // Without its configuration, nothing of it is there.
  const live = keys ? undefined : await engine.getVolume(before.names.filestoreVolume).inspect().catch(ignoreAbsent);
  const wanted = {
    name: throwAways(before).files,
    image,
    binds: [
      `${names.filestoreVolume}:/var/lib/odoo`,
      `${repository ?? names.repositoryVolume}:${repositoryFolder}:ro`,
      ...(keys ? [] : [`${names.filesConfigVolume}:${configFolder}:ro`]),
      ...(live ? [`${before.names.filestoreVolume}:/srv/live:ro`] : []),
    ],
    settings: {
      User: "odoo",
      Env: [
        `RESTIC_REPOSITORY=${repositoryFolder}/files`,
        `RESTIC_PASSWORD_FILE=${configFolder}/restic-password`,
        "GOGC=25",
      ],
    },
    host: { Memory: (sizing.odoo.memoryMiB + sizing.files.memoryMiB) * 2 ** 20 },
  };
  await inThrowAway(engine, wanted, async (container) => {
    if (keys) {
      const password = { name: "restic-password", content: keys.filesKey };
      await container.putArchive(tarOf([password]), { path: configFolder });
    }
    await container.start();
    // The second file says that the first is whole.
    const tell = async (content: string): Promise<void> => {
      const files = [
        { name: "store-fnames", content },
        { name: "store-fnames-told", content: "" },
      ];
      await container.putArchive(tarOf(files), { path: "/tmp" });
    };
    const wait = "until [ -e /tmp/store-fnames-told ]; do sleep 0.1; done; cat /tmp/store-fnames";
    const command = `(${wait}) | /opt/odoo-fleet/bin/restore-files "$@"`;
    const args = at === undefined ? [database] : [database, at.toString()];
    const run = execText(container, ["sh", "-c", command, "restore-files", ...args], signal);
    const [printed] = await Promise.all([run, named.then(tell)]);
    sayLines(say, "files", printed);
  });
}

function sayLines(say: (text: string) => void, what: string, printed: string): void {
  for (const line of printed.split("\n").filter((one) => one !== "")) {
    say(`${what}: ${line}`);
  }
}
