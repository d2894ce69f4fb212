import type { ExpressionBuilder, Selectable } from "kysely";
import type { Database } from "../database/connect.ts";
import { demandNoJob } from "../jobs/demandNoJob.ts";
import type { ExportTable } from "../database/exportTables.ts";
import type { Tables } from "../database/schema.ts";
import { queueJob } from "../jobs/queueJobs.ts";
import type { ChangeParts } from "../lifecycle/changes.ts";
import { findTenant } from "../lifecycle/findTenant.ts";
import { newId } from "../orders/identifiers.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces } from "../orders/slots.ts";
import { demandNoRestore } from "../restores/restores.ts";

/** Days for which an export can be downloaded, unless another one follows. */
export const exportDays = 7;

/** Days for which the last export of a deleted tenant can be downloaded, from its deletion on. */
export const lastExportDays = 30;

/** Exports that are shown. */
const most = 20;

/** An export as its customer sees it. */
export interface ExportView {
  readonly id: string;
  readonly state: "asked" | "ready" | "failed" | "ended";
  readonly askedAt: string;
  readonly readyAt: string | null;
  /** Until when it can be downloaded; null: it can't. */
  readonly until: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

/**
 * Has a tenant exported, whether it runs or is suspended, also in the grace before its deletion.
 *
 * @returns the export's id; undefined when there is no such tenant, or when it is somebody else's.
 * @throws OrderStateError when it was never ready, or has a job.
 */
export async function requestExport(
  { transaction, queue, now, customer }: ChangeParts,
  tenant: string,
): Promise<string | undefined> {
  await lockPlaces(transaction);
  const found = await findTenant(transaction, tenant, customer);
  if (!found) {
    return undefined;
  }
  if (found.made_state === null) {
    throw new OrderStateError("the tenant was never ready; there is nothing to export", "neverReady");
  }
  await demandNoJob(transaction, tenant);
  await demandNoRestore(transaction, tenant);
  const id = newId();
  await transaction.insertInto("export").values({ id, tenant_id: tenant, step: "asked", asked_at: now }).execute();
  await queueJob(transaction, queue, { tenant, kind: "export" });
  return id;
}

/**
 * Exports of a tenant, the newest first; undefined when there is no such tenant, or when it is somebody else's.
 *
 * @param customer whose it has to be; undefined: anybody's, for operators.
 */
export async function listExports(
  database: Database,
  customer: string | undefined,
  tenant: string,
  now: Date,
): Promise<ExportView[] | undefined> {
  if (!(await findTenant(database, tenant, customer))) {
    return undefined;
  }
  const rows = await database
    .selectFrom("export")
    .selectAll()
    .where("tenant_id", "=", tenant)
    .orderBy("number", "desc")
    .limit(most)
    .execute();
  return rows.map((row) => viewOf(row, now));
}

/** An export whose file can be downloaded. */
export interface Downloadable {
  readonly address: string;
  readonly tenant: string;
  readonly readyAt: Date;
  readonly bytes: number;
  readonly sha256: string;
}

/** What is to be downloaded; undefined when there is no such export, when it is somebody else's, or when its days are over. */
export async function findDownload(
  database: Database,
  customer: string,
  id: string,
  now: Date,
): Promise<Downloadable | undefined> {
  const row = await downloadable(database, customer, now).where("export.id", "=", id).executeTakeFirst();
  return (
    row && {
      address: row.address,
      tenant: row.tenant_id,
      readyAt: row.ready_at!,
      bytes: Number(row.bytes),
      sha256: row.sha256!,
    }
  );
}

/** Size of a tenant's last export, bytes; 0: there was none. */
export async function lastSize(database: Database, tenant: string): Promise<number> {
  const row = await database
    .selectFrom("export")
    .select("bytes")
    .where("tenant_id", "=", tenant)
    .where("bytes", "is not", null)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  return Number(row?.bytes ?? 0);
}

/** Exports whose files have to be there: they can be downloaded, or are being made. */
export async function keptExports(database: Database, now: Date): Promise<string[]> {
  const rows = await database
    .selectFrom("export")
    .innerJoin("tenant", "tenant.id", "export.tenant_id")
    .select("export.id")
    .where(isStillThere)
    .where((row) => row.or([row("step", "=", "asked"), row.and([row("step", "=", "ready"), row("until", ">", now)])]))
    .execute();
  return rows.map(({ id }) => id);
}

/** The last export of a deleted tenant, as its customer sees it. */
export interface LastExportView extends ExportView {
  readonly tenant: string;
  /** First label of the host name that it had. */
  readonly address: string;
}

/** What a customer can still download of tenants that were deleted, the newest first. */
export async function listLastExports(database: Database, customer: string, now: Date): Promise<LastExportView[]> {
  const rows = await downloadable(database, customer, now)
    .where("tenant.deleted_at", "is not", null)
    .orderBy("export.number", "desc")
    .execute();
  return rows.map((row) => ({ ...viewOf(row, now), tenant: row.tenant_id, address: row.address }));
}

/** What a customer can download now. */
// Its type is the query so far, which only Kysely can spell out.
function downloadable(database: Database, customer: string, now: Date) {
  return database
    .selectFrom("export")
    .innerJoin("tenant", "tenant.id", "export.tenant_id")
    .selectAll("export")
    .select("tenant.address")
    .where("tenant.customer_id", "=", customer)
    .where(isStillThere)
    .where("step", "=", "ready")
    .where("until", ">", now);
}

/** Of a deleted tenant its last export alone is. */
const isStillThere = (row: ExpressionBuilder<Tables, "export" | "tenant">) =>
  row.or([row("tenant.deleted_at", "is", null), row("is_last", "=", true)]);

function viewOf(row: Selectable<ExportTable>, now: Date): ExportView {
  const { id, step, asked_at, ready_at, until, bytes, sha256 } = row;
  const isThere = step === "ready" && until !== null && until > now;
  return {
    id,
    state: isThere ? "ready" : step === "asked" || step === "failed" ? step : "ended",
    askedAt: asked_at.toISOString(),
    readyAt: ready_at?.toISOString() ?? null,
    until: isThere ? until.toISOString() : null,
    bytes: bytes === null ? null : Number(bytes),
    sha256,
  };
}
