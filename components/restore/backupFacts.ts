import { archivedBackups } from "../../fleet/backup";
import { hostNamed } from "../../fleet/hostNamed";
import { repositoryFolder } from "../../fleet/security";
import { engineClient } from "../host/engineClient";
import { execText } from "../host/engineExec";
import { resolveSettings } from "../run/fleetSettings";
import type { RestoreSettings } from "./ownTenant";
import { RestoreError } from "./restorer";

/** What is there of a tenant's backups on its host. */
export interface BackupFacts {
  /** From when on each moment can be restored; undefined: there is no backup yet. */
  readonly from?: Date;
  /** When the newest backup of the database ended. */
  readonly database?: Date;
  /** When the newest snapshot of the files did. */
  readonly files?: Date;
  /** When a restore was last proven by a drill. */
  readonly proven?: Date;
  /** Whether a drill has failed since. */
  readonly isUnproven: boolean;
}

/** Milliseconds for the helper to answer. */
const deadline = 60_000;

/** What the helper has: a line each, the last one pgBackRest's. */
const script = `cd ${repositoryFolder}
for one in database.time files.time drill.proven; do head -n 1 "$one" 2>/dev/null || echo; done
[ -e drill.fault ] && echo unproven || echo
pgbackrest --config=/etc/odoo-fleet/pgbackrest.conf --stanza=main --log-level-console=off --output=json info | tr -d '\\n'`;

/**
 * What can be restored of a tenant that `createTenant` made, as its own helper knows it.
 *
 * @throws when the helper doesn't run, as that of a suspended tenant, or can't read the backups.
 */
export async function readBackups(settings: RestoreSettings): Promise<BackupFacts> {
  const { tenant: name, ...declaration } = settings;
  const { fleet } = resolveSettings(declaration);
  const tenant = fleet.tenants[name];
  if (tenant === undefined) {
    throw new RestoreError(`${name} isn't declared; expected one of ${Object.keys(fleet.tenants).join(", ")}`);
  }
  const helper = engineClient(hostNamed(fleet, tenant.host)).getContainer(tenant.names.backup);
  const told = await execText(helper, ["sh", "-c", script], AbortSignal.timeout(deadline));
  return backupFacts(told, archivedBackups(tenant.backup));
}

/** @param archived of how many backups, the newest, the log is kept without a gap. */
export function backupFacts(told: string, archived: number): BackupFacts {
  const [database, files, drill, fault, info = ""] = told.split("\n");
  const [stanza] = JSON.parse(info) as { backup?: { timestamp: { stop: number } }[] }[];
  const stops = (stanza?.backup ?? []).map(({ timestamp }) => timestamp.stop).sort((one, other) => other - one);
  const time = (seconds: string | number | undefined): Date | undefined =>
    seconds ? new Date(Number(seconds) * 1000) : undefined;
  return {
    // The moment has to be after the backup's end, which is told in whole seconds.
    from: time(stops.slice(0, archived).at(-1) && stops.slice(0, archived).at(-1)! + 1),
    database: time(database),
    files: time(files),
    proven: time(drill?.split(" ")[0]),
    isUnproven: fault === "unproven",
  };
}
