import type { ContainerStats } from "dockerode";
import { execText } from "../host/engineExec";
import { type RestoreSettings, resolveOwn } from "../restore/ownTenant";

/** What a tenant's data takes. */
export interface TenantSizes {
  /** Its database, by PostgreSQL's own figure (`pg_database_size`), without its log and its backups. */
  readonly databaseBytes: number;
  /** The files of its filestore, as long as they are; what a file system adds isn't in it. */
  readonly filesBytes: number;
  /** Memory that its PostgreSQL, Odoo and Nginx have for themselves now, as the engine counts it: without what caches files. */
  readonly memoryBytes: number;
}

/** Milliseconds for each helper to answer: a filestore of a million files is read within it. */
const deadline = 60_000;

const askDatabase = [
  ...["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1"],
  // Helpers have no network: they reach PostgreSQL by its socket.
  ...["--host", "/etc/odoo-fleet/socket", "--username", "postgres"],
  ...["--command", "SELECT pg_database_size(current_database())", "--dbname"],
];

/** Odoo may remove a file meanwhile, of which `du` complains; without attachments there is no folder yet. */
const askFiles = 'cd /var/lib/odoo/filestore/"$ODOO_DATABASE" 2>/dev/null || { echo 0; exit; }; du -sb . 2>/dev/null';

/**
 * How much a tenant that `createTenant` made has stored, as its own helpers see it. Its data is only read.
 *
 * @throws when its helpers don't run, as those of a suspended tenant, or its database doesn't answer.
 */
export async function readSizes(settings: RestoreSettings): Promise<TenantSizes> {
  const { tenant, engine } = resolveOwn(settings);
  const ask = (helper: string, command: readonly string[]): Promise<string> =>
    execText(engine.getContainer(helper), command, AbortSignal.timeout(deadline));
  const { postgres, odoo, nginx } = tenant.names;
  const [database, files, ...memories] = await Promise.all([
    ask(tenant.names.backup, [...askDatabase, tenant.database]),
    ask(tenant.names.files, ["sh", "-c", `${askFiles} || true`]),
    ...[postgres, odoo, nginx].map(async (name) =>
      memoryOf(await engine.getContainer(name).stats({ stream: false, "one-shot": true })),
    ),
  ]);
  return {
    databaseBytes: bytesOf(database, "database"),
    filesBytes: bytesOf(files, "filestore"),
    memoryBytes: memories.reduce((sum, one) => sum + one, 0),
  };
}

/** As `docker stats` shows it; the name of what caches files is cgroup v2's, or v1's. */
function memoryOf({ memory_stats: { usage = 0, stats } }: ContainerStats): number {
  const cached = stats?.inactive_file ?? stats?.total_inactive_file ?? 0;
  return Math.max(0, usage - cached);
}

/** @throws when it is no figure. */
function bytesOf(told: string, what: string): number {
  const [figure] = /^\d+/.exec(told) ?? [];
  if (figure === undefined) {
    throw new Error(`the size of the ${what} isn't known: its helper said ${JSON.stringify(told.slice(0, 100))}`);
  }
  return Number(figure);
}
