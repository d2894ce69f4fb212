import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import { backgroundShares } from "../../fleet/sizing";
import type { CreatedTenant, Tenant } from "../../fleet/types";
import { execOutput, execText } from "../host/engineExec";
import { psql } from "../host/psql";
import { tarOf } from "../host/tar";
import { inThrowAway, removeThrowAway } from "../host/throwAway";
import { onLoopback } from "../restore/onLoopback";
import { clear, flush, restore, RestoreError, type Restorer, stackIdOf } from "../restore/restorer";
import { showTime } from "../restore/time";
import { demandRoom } from "./room";

/** What an export is. */
export interface ExportFacts {
  /** Size of the zip, bytes. */
  readonly bytes: number;
  /** SHA-256 of the zip, hexadecimal. */
  readonly sha256: string;
}

/** What exports a tenant on its host. */
export interface Exporter {
  readonly engine: Docker;
  readonly environment: string;
  readonly tenant: CreatedTenant;
  readonly images: { readonly postgres: string; readonly odoo: string };
  readonly say: (text: string) => void;
  /** Is called when what is packed was restored and proven. */
  readonly packing?: (() => void) | undefined;
  readonly signal: AbortSignal;
}

/** Port on the loopback of the restored database by which its script comes to what packs it. */
const port = 5499;

/**
 * Restores a tenant's backups into volumes of the export's own, proves them, and packs what is in them. What serves isn't touched, and neither has
 * to run. Nothing of it is left on the host, and what an earlier one left that was killed is removed first.
 *
 * @param to gets the zip, and its end only once all of it is proven; it is destroyed where that fails.
 * @param at the moment, Unix seconds; undefined: the newest there is.
 * @throws RestoreError where it can't be.
 */
export async function exportTo(exporter: Exporter, to: Writable, at: number | undefined): Promise<ExportFacts> {
  const { engine, environment, tenant, images, say, packing, signal } = exporter;
  const restorer = restorerOf(exporter);
  const stackId = await stackIdOf(engine, tenant);
  await clearExport(exporter);
  try {
    await demandRoom(exporter);
    if (at === undefined && tenant.state === "running") {
      await flush({ engine, before: tenant, say, signal });
    }
    say(
      `restoring ${at === undefined ? "the newest there is" : `what was there at ${showTime(at)}`} beside what serves`,
    );
    await restore({ ...restorer, environment }, images, stackId, at);
    signal.throwIfAborted();
    say("packing it");
    packing?.();
    return await packed(exporter, restorer.after, to);
  } catch (error) {
    to.destroy();
    signal.throwIfAborted();
    throw new RestoreError(`${(error as Error).message}\nNothing was exported: ${tenant.name} is as it was.`);
  } finally {
    await clearExport(exporter);
  }
}

/** Takes away what an export left that was killed. The tenant's own volumes stay. */
export async function clearExport(exporter: Pick<Exporter, "engine" | "environment" | "tenant">): Promise<void> {
  const restorer = restorerOf({ ...exporter, say: () => undefined, signal: new AbortController().signal });
  for (const name of Object.values(throwAways(exporter.tenant))) {
    await removeThrowAway(exporter.engine, name);
  }
  await clear(restorer);
}

/** Names of the containers that pack. */
function throwAways({ names }: Pick<Tenant, "names">): { database: string; zip: string } {
  return { database: `${names.postgres}-export`, zip: `${names.odoo}-export` };
}

/** A restore into volumes of the export's own, by containers of its own: a restore of the tenant is another thing. */
function restorerOf({ engine, environment, tenant, say, signal }: Omit<Exporter, "images">): Restorer {
  const { names } = tenant;
  const { database, zip } = throwAways(tenant);
  const before = { ...tenant, names: { ...names, postgres: database, odoo: zip } };
  const own = {
    databaseVolume: `${names.databaseVolume}-export`,
    filestoreVolume: `${names.filestoreVolume}-export`,
  };
  return { engine, environment, before, after: { ...tenant, names: { ...names, ...own } }, say, signal };
}

async function packed(exporter: Exporter, after: Tenant, to: Writable): Promise<ExportFacts> {
  const { engine, tenant, images, signal } = exporter;
  const { database: name, zip } = throwAways(tenant);
  const hash = createHash("sha256");
  let bytes = 0;
  const server = { engine, tenant: after, name, image: images.postgres, isKept: false, signal };
  await onLoopback(server, async (database) => {
    await execText(database, psql(tenant.database, ownSecrets), signal);
    const wanted = {
      name: zip,
      image: images.odoo,
      binds: [`${after.names.filestoreVolume}:/var/lib/odoo:ro`],
      settings: { User: "odoo" },
      host: {
        NetworkMode: `container:${database.id}`,
        Memory: tenant.sizing.odoo.memoryMiB * 2 ** 20,
        CpuShares: backgroundShares,
      },
    };
    const known = await execText(database, psql(tenant.database, knownOf(tenant)), signal);
    await inThrowAway(engine, wanted, async (container) => {
      const files = [
        { name: "exporting.py", content: readFileSync(join(__dirname, "exporting.py"), "utf8") },
        { name: "export.json", content: known },
      ];
      await container.putArchive(tarOf(files), { path: "/tmp" });
      await container.start();
      // Whichever fails ends the other, which waits for it.
      const failed = new AbortController();
      const either = AbortSignal.any([signal, failed.signal]);
      const dump = execText(database, ["bash", "-c", script, "dump", tenant.database], either);
      dump.catch((error: Error) => failed.abort(error));
      const pieces = async function* (): AsyncGenerator<Buffer> {
        for await (const piece of execOutput(container, ["python3", "/tmp/exporting.py", `${port}`], either)) {
          hash.update(piece);
          bytes += piece.length;
          yield piece;
        }
        // The end isn't told before the database has told its own.
        await dump;
      };
      await pipeline(Readable.from(pieces(), { objectMode: false }), to).catch((error: unknown) => {
        failed.abort(error);
        throw failed.signal.reason ?? error;
      });
    });
  });
  return { bytes, sha256: hash.digest("hex") };
}

/** The script of a database, as Odoo's own manager has it made, to who packs it. */
const script = `set -o pipefail
for try in $(seq 600); do { exec 3>/dev/tcp/127.0.0.1/${port}; } 2>/dev/null && break; sleep 0.1; done
pg_dump --no-owner --no-privileges --exclude-schema=odoo_fleet "$1" >&3`;

/**
 * Odoo signs with this what it sends out, such as links to set a password: one that follows from the export is of no use where the tenant
 * serves, and the other way round.
 */
const ownSecrets = `UPDATE ir_config_parameter SET value = gen_random_uuid()::text || gen_random_uuid()::text WHERE key = 'database.secret';`;

/** What the manifest and the files are made by. Of PostgreSQL's release Odoo writes the major, and 0. */
function knownOf({ database }: Tenant): string {
  return `SELECT json_build_object(
  'database', '${database}',
  'pg_version', current_setting('server_version_num')::int / 10000 || '.' || current_setting('server_version_num')::int / 100 % 100,
  'modules', (SELECT coalesce(json_object_agg(name, latest_version), '{}') FROM ir_module_module WHERE state = 'installed'),
  'files', (SELECT coalesce(json_agg(DISTINCT store_fname), '[]') FROM ir_attachment WHERE store_fname <> ''));`;
}
