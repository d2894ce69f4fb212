import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import { odooRole } from "../../components/tenant/config/odooConf";
import { postgresDataPaths, renderPgHba, renderPostgresConf } from "../../components/tenant/config/postgresConf";
import { configFolder } from "../../fleet/security";
import type { Tenant } from "../../fleet/types";
import { execOutput, execText } from "../../components/host/engineExec";
import { inThrowAway } from "../../components/host/throwAway";
import type { MoveJournal } from "./journal";
import { psql } from "../../components/host/psql";
import { databaseFacts, hasMonitoringRole } from "./sql";
import { tarOf } from "../../components/host/tar";

/** What a tenant's data is, in lines: equal exactly when the data is. */
export interface DataFacts {
  readonly database: string;
  readonly filestore: string;
}

/** Where Odoo's image keeps filestore and sessions. */
const filestoreFolder = "/var/lib/odoo";

/** Kind, mode, owner and link of everything in the filestore, and the content of each file. */
const filestoreFacts = [
  ...["sh", "-ec"],
  `export LC_ALL=C; cd ${filestoreFolder}; find . -printf '%y %m %U:%G %p %l\\n' | sort;` +
    " find . -type f -print0 | sort -z | xargs -0 --no-run-if-empty sha256sum",
];

/** Names of the containers that a move makes. */
export function throwAways(tenant: Tenant): { database: string; filestore: string } {
  return { database: `${tenant.names.postgres}-move`, filestore: `${tenant.names.odoo}-move` };
}

/**
 * Dumps the data of a tenant whose Odoo is stopped into the journal's folder: first the database, by the superuser, then the
 * filestore, which is what the database's attachments name.
 */
export async function dump(
  engine: Docker,
  tenant: Tenant,
  journal: MoveJournal,
  signal: AbortSignal,
): Promise<DataFacts> {
  const { names } = tenant;
  const postgres = engine.getContainer(names.postgres);
  const dumping = ["pg_dump", "--format=custom", "--dbname", tenant.database];
  const write = (file: string): NodeJS.WritableStream => createWriteStream(file, { mode: 0o600 });
  await pipeline(execOutput(postgres, dumping, signal), write(journal.file("database.dump")), { signal });
  const database = await execText(postgres, psql(tenant.database, databaseFacts), signal);
  const odoo = engine.getContainer(names.odoo);
  const archive = await odoo.getArchive({ path: filestoreFolder });
  await pipeline(archive, write(journal.file("filestore.tar")), { signal });
  const { Image: image } = await odoo.inspect();
  const binds = [`${names.filestoreVolume}:${filestoreFolder}:ro`];
  const filestore = await inThrowAway(engine, { name: throwAways(tenant).filestore, image, binds }, async (helper) => {
    await helper.start();
    return execText(helper, filestoreFacts, signal);
  });
  journal.keep("database.txt", database);
  journal.keep("filestore.txt", filestore);
  return { database, filestore };
}

/** What a restore needs of the target. */
export interface RestoreTarget {
  readonly engine: Docker;
  /** The tenant as it will be there. */
  readonly tenant: Tenant;
  readonly images: { readonly postgres: string; readonly odoo: string };
  /** Whether the dumped cluster has the role of monitoring. */
  readonly hasMonitoring: boolean;
}

/** Whether a tenant's cluster has the role of monitoring. */
export async function clusterHasMonitoring(engine: Docker, tenant: Tenant): Promise<boolean> {
  const answer = await execText(engine.getContainer(tenant.names.postgres), psql(tenant.database, hasMonitoringRole));
  return answer.trim() === "t";
}

/**
 * Restores a dump into the target's volumes, by the tenant's own images: PostgreSQL makes its cluster there as at any first
 * start, and takes the dump. What the volumes hold then, read anew.
 */
export async function restore(target: RestoreTarget, journal: MoveJournal, signal: AbortSignal): Promise<DataFacts> {
  return {
    filestore: await restoreFilestore(target, journal, signal),
    database: await restoreDatabase(target, journal, signal),
  };
}

function restoreFilestore(
  { engine, tenant, images }: RestoreTarget,
  journal: MoveJournal,
  signal: AbortSignal,
): Promise<string> {
  const binds = [`${tenant.names.filestoreVolume}:${filestoreFolder}`];
  const wanted = { name: throwAways(tenant).filestore, image: images.odoo, binds };
  return inThrowAway(engine, wanted, async (helper) => {
    const archive = createReadStream(journal.file("filestore.tar"), { signal });
    // The archive's paths begin with the folder's own name.
    await helper.putArchive(archive, { path: filestoreFolder.slice(0, filestoreFolder.lastIndexOf("/")) });
    signal.throwIfAborted();
    await helper.start();
    return execText(helper, filestoreFacts, signal);
  });
}

function restoreDatabase(
  { engine, tenant, images, hasMonitoring }: RestoreTarget,
  journal: MoveJournal,
  signal: AbortSignal,
): Promise<string> {
  const dumped = journal.file("database.dump");
  const file = { bytes: statSync(dumped).size, stream: createReadStream(dumped, { signal }) };
  const place = { engine, tenant, image: images.postgres, hasMonitoring };
  const wanted = { name: throwAways(tenant).database, files: [{ name: "database.dump", content: file }] };
  return inNewCluster(place, wanted, signal, async (container) => {
    const restoring = ["pg_restore", "--exit-on-error", "--single-transaction", "--dbname", tenant.database];
    await execText(container, [...restoring, `${configFolder}/database.dump`], signal);
  });
}

/** Where a cluster is made that takes a tenant's data. */
export interface NewCluster {
  readonly engine: Docker;
  /** The tenant whose database volume it is made in. */
  readonly tenant: Tenant;
  /** The tenant's image of PostgreSQL. */
  readonly image: string;
  /** Whether it needs the role of monitoring. */
  readonly hasMonitoring: boolean;
}

/**
 * Has PostgreSQL make a cluster in a tenant's volume as at any first start, without a network, and has it filled. Nobody follows its log, so
 * that only says what a crash needs: tables that are filled where they were made, and their indexes, go to the disk once.
 *
 * @param wanted name of the container, and what it has beside.
 * @returns what the database holds then. The server has ended cleanly.
 */
export function inNewCluster(
  { engine, tenant, image, hasMonitoring }: NewCluster,
  wanted: { readonly name: string; readonly binds?: readonly string[]; readonly files?: Parameters<typeof tarOf>[0] },
  signal: AbortSignal,
  fill: (container: Docker.Container) => Promise<void>,
): Promise<string> {
  const paths = postgresDataPaths(tenant.postgresVersion);
  const { postgres } = tenant.sizing;
  const made = {
    name: wanted.name,
    image,
    binds: [`${tenant.names.databaseVolume}:${paths.mount}`, ...(wanted.binds ?? [])],
    settings: {
      // The image's own.
      Entrypoint: undefined,
      User: "postgres",
      StopSignal: "SIGINT",
      Env: [`PGDATA=${paths.data}`, `ODOO_DATABASE=${tenant.database}`],
    },
    host: {
      ShmSize: postgres.shmSizeMiB * 2 ** 20,
      Memory: postgres.memoryMiB * 2 ** 20,
      Tmpfs: { "/tmp": "mode=1777,size=64m", "/var/run/postgresql": "mode=1777,size=1m" },
    },
  };
  // Nobody logs in with it: the tenant's own is set by PostgreSQL's next start.
  const password = (): string => randomBytes(24).toString("hex");
  return inThrowAway(engine, made, async (container) => {
    const hba = { database: tenant.database, role: odooRole, odooAddress: tenant.addresses.odooInternal };
    const files = tarOf([
      {
        name: "postgresql.conf",
        content: `${renderPostgresConf(postgres)}archive_mode = off\nwal_level = minimal\nmax_wal_senders = 0\n`,
      },
      { name: "pg_hba.conf", content: renderPgHba(hba) },
      { name: "role-password", content: password() },
      ...(hasMonitoring ? [{ name: "monitoring-password", content: password() }] : []),
      ...(wanted.files ?? []),
    ]);
    await container.putArchive(files, { path: configFolder });
    signal.throwIfAborted();
    await container.start();
    await answers(container, signal);
    await fill(container);
    await execText(container, psql(tenant.database, "ANALYZE; CHECKPOINT;"));
    const facts = await execText(container, psql(tenant.database, databaseFacts), signal);
    await container.stop({ t: 600 });
    const { State } = await container.inspect();
    if (State.ExitCode !== 0) {
      throw new Error(`the new PostgreSQL ended with ${State.ExitCode} instead of cleanly`);
    }
    return facts;
  });
}

/** Waits until PostgreSQL takes connections: it makes its cluster first. */
async function answers(container: Docker.Container, signal: AbortSignal): Promise<void> {
  const seconds = 240;
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    signal.throwIfAborted();
    const { State } = await container.inspect();
    if (!State.Running) {
      const logs = await container.logs({ stdout: true, stderr: true, tail: 20 });
      throw new Error(`the new PostgreSQL doesn't start: ${logs.toString()}`);
    }
    const failure = await execText(container, ["pg_isready", "--quiet"]).then(
      () => undefined,
      (error: Error) => error,
    );
    if (failure === undefined) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`the new PostgreSQL isn't ready after ${seconds} s: ${failure.message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Lines that two facts don't share, at most ten of each side; empty: they are equal. */
export function differences(source: string, target: string): string[] {
  const lines = (facts: string): Set<string> => new Set(facts.trimEnd().split("\n"));
  const [before, after] = [lines(source), lines(target)];
  const only = (one: Set<string>, other: Set<string>, sign: string): string[] =>
    [...one]
      .filter((line) => !other.has(line))
      .slice(0, 10)
      .map((line) => `${sign} ${line}`);
  if (source === target) {
    return [];
  }
  const found = [...only(before, after, "source:"), ...only(after, before, "target:")];
  return found.length > 0 ? found : ["the order or number of equal lines"];
}
