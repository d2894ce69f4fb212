import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import type { Host, RunningTenant, Tenant, UnfilledCopy } from "../../fleet/types";
import { buildImages } from "../host/buildImages";
import { execText } from "../host/engineExec";
import { psql } from "../host/psql";
import { clear, flush, restore, restoredTenant, type Restorer } from "../restore/restorer";
import { showTime } from "../restore/time";
import { createVolumes } from "../tenant/createVolumes";
import { dataVolumes } from "../tenant/dataVolumes";
import { changerOf, onRestored, removeThrowAways, runChange } from "./change";

/** What a copy is filled by. */
export interface Filling {
  readonly engine: Docker;
  readonly environment: string;
  /** The tenant that it is a copy of. */
  readonly source: RunningTenant;
  readonly copy: RunningTenant | UnfilledCopy;
  /** The copy with the names of its new volumes. */
  readonly after: Tenant;
  readonly images: { readonly postgres: string; readonly odoo: string };
  readonly stackId: string;
  /** Moment of the source's data, Unix seconds; undefined: now. */
  readonly at: number | undefined;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Restores the source's data, by the source's own keys, into the copy's new volumes. */
function restorerOf({ engine, environment, source, copy, after, say, signal }: Filling): Restorer {
  const { postgres, odoo } = copy.names;
  const { databaseVolume, filestoreVolume } = after.names;
  return {
    engine,
    environment,
    // What is thrown away is called after the copy: the source may be restored at the same time.
    before: { ...source, names: { ...source.names, postgres, odoo } },
    after: { ...source, names: { ...source.names, databaseVolume, filestoreVolume } },
    owner: after,
    say,
    signal,
  };
}

/**
 * What fills a copy anew: into the volumes of its next number, by its own images, which are built where they aren't there yet.
 *
 * @param found as `declaredCopy` found it.
 * @param wanted the moment, the id of the stack that the volumes are to be of, and who is told.
 */
export async function fillingOf(
  { copy, source, host, engine }: Pick<Filling, "copy" | "source" | "engine"> & { readonly host: Host },
  wanted: Pick<Filling, "environment" | "stackId" | "at" | "say" | "signal">,
): Promise<Filling> {
  wanted.say("building its images");
  // Its declaration is that of a tenant that runs.
  const images = await buildImages(engine, host, { ...copy, state: "running" });
  const after = restoredTenant(wanted.environment, copy, copy.restored + 1);
  return { ...wanted, engine, source, copy, after, images };
}

/** Takes away what a run that didn't come to its end left; the source, and what the copy runs on, stay. */
async function clearCopy(filling: Filling): Promise<void> {
  await removeThrowAways({ engine: filling.engine, tenant: filling.after });
  await clear(restorerOf(filling));
}

/** Fills the copy's new volumes, while source and copy serve. @throws with what is wrong; nothing of it is left then. */
export async function fillCopy(filling: Filling): Promise<void> {
  const { engine, environment, after, stackId, signal } = filling;
  try {
    await clearCopy(filling);
    await fillVolumes(filling);
    await createVolumes(engine, environment, stackId, after, [dataVolumes(after).repository]);
    signal.throwIfAborted();
  } catch (error) {
    await clearCopy(filling);
    throw error;
  }
}

/** Restores, neutralises and proves, without a network. */
async function fillVolumes(filling: Filling): Promise<void> {
  const { source, after, images, stackId, at, say } = filling;
  const restorer = restorerOf(filling);
  if (at === undefined) {
    await flush({ ...restorer, before: source });
  }
  say(
    `restoring ${at === undefined ? `${source.name} as it is` : `what ${source.name} was at ${showTime(at)}`}, without a network`,
  );
  await restore(restorer, images, stackId, at);
  say("neutralising it, and giving it an identity of its own");
  const changer = changerOf(filling);
  const script = readFileSync(join(__dirname, "copying.py"), "utf8");
  const copy = {
    name: after.name,
    source: source.name,
    sourceDatabase: source.database,
    url: after.url,
    modules: after.modules,
    neutralized: after.neutralized,
  };
  await onRestored(changer, { isKept: true }, async (database, place) => {
    await execText(database, psql("postgres", ownDatabase(source.database, after.database)), filling.signal);
    await runChange(changer, { ...place, copy, files: [{ name: "copying.py", content: script }] });
  });
}

/** The database under the copy's name, without what the source's backups noted in it. */
function ownDatabase(from: string, to: string): string {
  return `ALTER DATABASE "${from}" RENAME TO "${to}";
\\connect "${to}"
DROP SCHEMA IF EXISTS odoo_fleet CASCADE;`;
}
