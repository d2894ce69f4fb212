import { createReadStream, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Tenant } from "../../fleet/types";
import { execText } from "../../components/host/engineExec";
import { odooRole } from "../../components/tenant/config/odooConf";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import { psql } from "../../components/host/psql";
import { createVolumes } from "../../components/tenant/createVolumes";
import type { TarFile } from "../../components/host/tar";
import { changerOf, onRestored, runChange } from "../../components/copy/change";
import { clearChange } from "../update/change";
import { restoreDatabase, type Restorer } from "../../components/restore/restorer";

/** Looks whether a dump is there. @throws with the path and the way out. */
export function checkDump(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    throw new Error(
      `DUMP=${file} isn't a file; expected a zip of Odoo's database manager (or of odoo db dump). Nothing was changed.`,
    );
  }
}

/**
 * Puts a dump of Odoo's own database manager into new volumes, and proves it, while the tenant serves.
 *
 * The cluster is the tenant's own, restored from its backups, with another database in it: so the log of what follows continues
 * the one of before, and backups made before stay of use.
 *
 * @param file the zip: dump.sql, manifest.json and filestore/.
 * @throws with every reason why it doesn't fit.
 */
export async function restoreDump(
  restorer: Restorer,
  images: { readonly postgres: string; readonly odoo: string },
  stackId: string,
  file: string,
): Promise<void> {
  const { engine, environment, after, say, signal } = restorer;
  const changer = changerOf({ ...restorer, images });
  const settings = { name: after.name, url: after.url, postgres: after.postgresVersion, modules: after.modules };
  // What it is made of is looked at first: a restore of the cluster takes its time.
  const apart = { filestore: undefined, network: "none", isApart: true, neutralize: false } as const;
  await runChange(changer, { ...apart, dump: { ...settings, only: "check" }, files: files(file, signal) });
  const { database, filestore } = dataVolumes(after);
  await createVolumes(engine, environment, stackId, after, [database, filestore]);
  say("restoring its cluster, for the dump to be put into");
  await restoreDatabase(restorer, images.postgres, undefined);
  say("loading the dump, and proving it");
  await onRestored(changer, { isKept: true }, async (server, place) => {
    await execText(server, psql("postgres", emptyDatabase(after)), signal);
    await runChange(changer, { ...place, neutralize: false, dump: settings, files: files(file, signal) });
  });
}

/** Takes away what a run that was killed left working on the new volumes, which can't be removed under it. */
export async function clearDump(restorer: Restorer): Promise<void> {
  // Containers are found by their names alone.
  await clearChange(changerOf({ ...restorer, images: { postgres: "", odoo: "" } }));
}

/** What goes into the container beside the rest: the dump, and what reads it. */
function files(file: string, signal: AbortSignal): TarFile[] {
  return [
    { name: "dumping.py", content: readFileSync(join(__dirname, "dumping.py"), "utf8") },
    { name: "dump.zip", content: { bytes: statSync(file).size, stream: createReadStream(file, { signal }) } },
  ];
}

/** A database as `images/postgres/make-cluster` makes it, in the place of the tenant's. */
function emptyDatabase({ database }: Tenant): string {
  return `DROP DATABASE IF EXISTS "${database}" WITH (FORCE);
CREATE DATABASE "${database}" OWNER ${odooRole} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
REVOKE ALL ON DATABASE "${database}" FROM PUBLIC;
\\connect "${database}"
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
ALTER FUNCTION unaccent(text) IMMUTABLE;
ALTER SCHEMA public OWNER TO ${odooRole};
REVOKE ALL ON SCHEMA public FROM PUBLIC;`;
}
