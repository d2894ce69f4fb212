import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { execText } from "../../components/host/engineExec";
import type { RunningTenant, Tenant, UnfilledCopy } from "../../fleet/types";
import { psql } from "../../components/host/psql";
import { clear, flush, restore, type Restorer } from "../../components/restore/restorer";
import { showTime } from "../../components/restore/time";
import { changerOf, clearChange, onRestored, runChange } from "../update/change";

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

/** Takes away what a run that didn't come to its end left; the source, and what the copy runs on, stay. */
export async function clearCopy(filling: Filling): Promise<void> {
  await clearChange(changerOf(filling));
  await clear(restorerOf(filling));
}

/** Restores, neutralises and proves, without a network. @throws with what is wrong. */
export async function fillCopy(filling: Filling): Promise<void> {
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
