import type { BackupFacts } from "odoo-fleet";
import type { Database } from "../database/connect.ts";
import { isAwake } from "../lifecycle/awake.ts";
import { findTenant } from "../lifecycle/findTenant.ts";
import { type Downtime, usualDowntime } from "../plans/downtime.ts";
import type { RestoreStep } from "../database/schema.ts";

/** What can be restored of a tenant, as its customer sees it. */
export interface BackupsView {
  /** From when to when each moment can be restored; null: nothing yet, or it isn't known yet. */
  readonly window: { readonly from: string; readonly to: string } | null;
  /** When the last backups of the database and the files ended; null: there is none that is known. */
  readonly databaseAt: string | null;
  readonly filesAt: string | null;
  /** When a restore was last proven; null: not yet. */
  readonly provenAt: string | null;
  /** Whether a proof has failed since. */
  readonly isUnproven: boolean;
  /** When a worker looked last; null: never. */
  readonly readAt: string | null;
  /** How long the tenant is away for a restore; null: nothing like it was done yet. */
  readonly downtime: Downtime | null;
  /** Its restores, the newest first. */
  readonly restores: readonly RestoreView[];
}

/** A restore as its customer sees it. */
export interface RestoreView {
  readonly id: string;
  readonly at: string;
  readonly state: "asked" | "switching" | "done" | "failed" | "undoing" | "undone";
  readonly askedAt: string;
  readonly doneAt: string | null;
  /** Until when it can be undone; null: it can't. */
  readonly undoUntil: string | null;
  readonly undoneAt: string | null;
}

/** Most restores that are shown. */
const most = 20;

/**
 * What can be restored of a tenant; undefined when there is none, or when it is somebody else's.
 *
 * @param customer whose it has to be; undefined: anybody's, for operators.
 */
export async function readBackupsOf(
  database: Database,
  customer: string | undefined,
  tenant: string,
  now: Date,
): Promise<BackupsView | undefined> {
  if (!(await findTenant(database, tenant, customer))) {
    return undefined;
  }
  const fact = await database.selectFrom("backup_fact").selectAll().where("tenant_id", "=", tenant).executeTakeFirst();
  const restores = await database
    .selectFrom("restore")
    .selectAll()
    .where("tenant_id", "=", tenant)
    .orderBy("number", "desc")
    .limit(most)
    .execute();
  return {
    window: fact?.from_at ? { from: fact.from_at.toISOString(), to: now.toISOString() } : null,
    databaseAt: fact?.database_at?.toISOString() ?? null,
    filesAt: fact?.files_at?.toISOString() ?? null,
    provenAt: fact?.proven_at?.toISOString() ?? null,
    isUnproven: fact?.is_unproven ?? false,
    readAt: fact?.read_at.toISOString() ?? null,
    downtime: await usualDowntime(database),
    restores: restores.map(({ id, at, step, asked_at, done_at, undo_until, undone_at }) => ({
      id,
      at: at.toISOString(),
      state: shown[step],
      askedAt: asked_at.toISOString(),
      doneAt: done_at?.toISOString() ?? null,
      undoUntil: step === "done" && undo_until !== null && undo_until > now ? undo_until.toISOString() : null,
      undoneAt: undone_at?.toISOString() ?? null,
    })),
  };
}

const shown: Readonly<Record<RestoreStep, RestoreView["state"]>> = {
  asked: "asked",
  switching: "switching",
  done: "done",
  settled: "done",
  failed: "failed",
  undoing: "undoing",
  switchingBack: "undoing",
  undone: "undone",
};

/** Notes what a tenant's helper knows of its backups. */
export async function noteBackups(database: Database, tenant: string, facts: BackupFacts, now: Date): Promise<void> {
  const values = {
    from_at: facts.from ?? null,
    database_at: facts.database ?? null,
    files_at: facts.files ?? null,
    proven_at: facts.proven ?? null,
    is_unproven: facts.isUnproven,
    read_at: now,
  };
  await database
    .insertInto("backup_fact")
    .values({ tenant_id: tenant, ...values })
    .onConflict((conflict) => conflict.column("tenant_id").doUpdateSet(values))
    .execute();
}

/** Milliseconds after which what is known of a tenant's backups is asked anew. */
const oldAfter = 600_000;

/** Tenants that run and of whose backups nothing is known, or only something old; the oldest first. */
export async function withOldFacts(database: Database, now: Date, limit: number): Promise<string[]> {
  const rows = await database
    .selectFrom("tenant")
    .leftJoin("backup_fact", "backup_fact.tenant_id", "tenant.id")
    .select("tenant.id")
    .where(isAwake)
    .where("tenant.copy_of", "is", null)
    .where("tenant.deleted_at", "is", null)
    .where("tenant.withdrawn_at", "is", null)
    .where((row) =>
      row.or([
        row("read_at", "is", null),
        row("read_at", "<", new Date(now.getTime() - oldAfter)),
        row("from_at", "is", null),
      ]),
    )
    .orderBy("read_at", (order) => order.asc().nullsFirst())
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
