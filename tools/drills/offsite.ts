import type Docker from "dockerode";
import { engineClient } from "../../components/host/engineClient";
import { execText } from "../../components/host/engineExec";
import { escrowPathOf } from "../../fleet/escrow";
import { showTarget } from "../../fleet/offsite";
import type { Fleet, RunningTenant } from "../../fleet/types";
import { psql } from "../../components/host/psql";
import { buildImages } from "../../components/host/buildImages";
import { decryptKeys } from "../../components/restore/decryptKeys";
import { clearCopies, copyBack, type Copies, readCopied } from "../../components/restore/offsite";
import { clear, restore, RestoreError, type Restorer, stackIdOf } from "../../components/restore/restorer";
import { changerOf, onRestored, runChange } from "../../components/copy/change";
import { clearChange } from "../update/change";

/** What a drill from the copies off the host works with. */
export interface OffsiteDrill {
  readonly environment: string;
  readonly fleet: Fleet;
  readonly copies: Copies;
  /** File with an operator's private keys of age: the keys of the backups come from the escrow alone. */
  readonly identity: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Proves that a tenant can be brought back from what is off its host alone: its copies, and its keys in escrow. They are restored beside it,
 * without a network, checked, neutralised and served, as an update is rehearsed, and removed again. What came of it is kept where the
 * proofs of the host's own drills are.
 *
 * @throws with what is wrong.
 */
export async function drillOffsite(drill: OffsiteDrill, tenant: RunningTenant): Promise<void> {
  const { fleet, say } = drill;
  const engine = engineClient(fleet.hosts[tenant.host]!);
  const postgres = engine.getContainer(tenant.names.postgres);
  const begin = Date.now();
  try {
    await restoreAside(drill, engine, tenant);
  } catch (error) {
    if (!drill.signal.aborted) {
      await note(postgres, tenant, { fault: (error as Error).message.slice(0, 1000) });
    }
    throw error;
  }
  const seconds = Math.round((Date.now() - begin) / 1000);
  await note(postgres, tenant, { seconds });
  say(`restored from ${showTarget(drill.copies.offsite)} by the keys in escrow, and proven in ${seconds} s`);
}

async function restoreAside(
  { environment, fleet, copies, identity, say, signal }: OffsiteDrill,
  engine: Docker,
  tenant: RunningTenant,
): Promise<void> {
  const host = fleet.hosts[tenant.host]!;
  const place = { engine, host, tenant: { names: aside(tenant).names }, signal };
  const path = escrowPathOf(fleet, tenant);
  const encrypted = await readCopied(copies, place, path);
  if (encrypted === undefined) {
    throw new RestoreError(
      `${showTarget(copies.offsite)} has no ${path}: odoo-fleet:backup.escrow names nobody, or it isn't copied yet`,
    );
  }
  const keys = (await decryptKeys(encrypted, identity, path)).tenants[tenant.name];
  if (keys === undefined) {
    throw new RestoreError(`${path} has no keys of ${tenant.name}`);
  }
  const images = await buildImages(engine, host, tenant);
  const after = aside(tenant);
  const volume = `${tenant.names.repositoryVolume}-offsite-drill`;
  const restorer: Restorer = { engine, environment, before: after, after, repository: volume, keys, say, signal };
  const changer = changerOf({ ...restorer, images });
  const clean = async (): Promise<void> => {
    await clearChange(changer);
    await clear(restorer);
    await clearCopies(engine, after, volume);
  };
  await clean();
  try {
    say("copying its backups back, into a volume of the drill's own");
    await copyBack(copies, { engine, host, tenant: { ...tenant, names: after.names }, images, volume, say, signal });
    say("restoring them, without a network");
    await restore(restorer, images, await stackIdOf(engine, tenant), undefined);
    await onRestored(changer, { isKept: false }, (_database, where) => runChange(changer, where));
  } finally {
    await clean();
  }
}

/** The tenant with names of the drill's own, for its volumes and for what is thrown away. */
function aside(tenant: RunningTenant): RunningTenant {
  const drill = (name: string): string => `${name}-offsite-drill`;
  const { names } = tenant;
  return {
    ...tenant,
    names: {
      ...names,
      databaseVolume: drill(names.databaseVolume),
      filestoreVolume: drill(names.filestoreVolume),
      postgres: drill(names.postgres),
      odoo: drill(names.odoo),
      backup: drill(names.backup),
    },
  };
}

/** Keeps the outcome in the tenant's database, where its exporter finds it. */
async function note(
  postgres: Docker.Container,
  { database }: RunningTenant,
  { seconds, fault }: { readonly seconds?: number; readonly fault?: string },
): Promise<void> {
  const text = fault === undefined ? "NULL" : `convert_from('\\x${Buffer.from(fault).toString("hex")}', 'UTF8')`;
  const now = "extract(epoch FROM now())::bigint";
  const success = fault === undefined ? `, last_success = ${now}, seconds = ${seconds}` : "";
  await execText(
    postgres,
    psql(
      database,
      `INSERT INTO odoo_fleet.drill (copy) VALUES ('offsite') ON CONFLICT DO NOTHING;
UPDATE odoo_fleet.drill SET fault = ${text}${success} WHERE copy = 'offsite';`,
    ),
    AbortSignal.timeout(60_000),
  );
}

/** A quarter of the tenants, rounded up: those whose proof from the copies is the oldest, or missing. */
export function oldestQuarter<T>(tenants: readonly T[], provenAt: (tenant: T) => number | undefined): T[] {
  return [...tenants]
    .sort((one, other) => (provenAt(one) ?? 0) - (provenAt(other) ?? 0))
    .slice(0, Math.ceil(tenants.length / 4));
}
