import type { Database } from "../database/connect.ts";
import { lifecycleView, type LifecycleView } from "../lifecycle/times.ts";
import { type PageRequest, readPage } from "../database/pages.ts";

/** A tenant as its customer sees it. */
export interface TenantView {
  readonly id: string;
  /** `ordered`: nothing of it was made yet. */
  readonly state:
    | "ordered"
    | "making"
    | "failed"
    | "running"
    | "suspending"
    | "suspended"
    | "resuming"
    | "resizing"
    | "restoring"
    | "deleting";
  readonly address: string;
  readonly company: string;
  readonly plan: string;
  /** The plan that it is on its way to. */
  readonly nextPlan: string | null;
  readonly odooVersion: string;
  /** Names of the sets of modules that it was ordered with. */
  readonly sets: readonly string[];
  /** What these held then, which its database began with. */
  readonly modules: readonly string[];
  readonly url: string | null;
  readonly readyAt: string | null;
  /** Its job that isn't over. */
  readonly job: string | null;
  /** When its grace ends, of one that is to be deleted: until then that can be undone. */
  readonly deleteAt: string | null;
  /** Why an operator suspended it, in his words; null: he didn't, or said nothing. */
  readonly suspensionReason: string | null;
  /** Since when it is awake by a visit, of one that is suspended, and known within half a minute; null: it isn't. */
  readonly wokenAt: string | null;
  /** What it has stored, and its memory, as a worker read it last, bytes; null: none has looked yet. */
  readonly stored: {
    readonly databaseBytes: number;
    readonly filesBytes: number;
    readonly memoryBytes: number | null;
    readonly readAt: string;
  } | null;
  /** When it runs. */
  readonly lifecycle: LifecycleView;
}

/** One tenant of a customer; undefined when there is none, or when it is somebody else's. */
export async function readTenant(
  database: Database,
  customer: string,
  id: string,
  now: Date,
): Promise<TenantView | undefined> {
  const row = await tenantRows(database, customer).where("tenant.id", "=", id).executeTakeFirst();
  return row && viewOf(row, now);
}

/** One tenant, whoever's it is; for operators. */
export async function readAnyTenant(database: Database, id: string, now: Date): Promise<TenantView | undefined> {
  const row = await database.selectFrom("tenant").select("customer_id").where("id", "=", id).executeTakeFirst();
  return row && readTenant(database, row.customer_id, id, now);
}

/** A customer's tenants, the newest first. @param before number of the order after which the page begins. */
export async function listTenants(
  database: Database,
  customer: string,
  { before, limit }: PageRequest,
  now: Date,
): Promise<{ tenants: TenantView[]; next: string | undefined }> {
  let rows = tenantRows(database, customer).orderBy("order.number", "desc");
  if (before !== undefined) {
    rows = rows.where("order.number", "<", before);
  }
  const { page, next } = await readPage(rows, limit);
  return { tenants: page.map((row) => viewOf(row, now)), next };
}

/** Tenants that are there, of a customer or of all. */
// Its type is the query so far, which only Kysely can spell out.
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export function tenantRows(database: Database, customer?: string) {
  const rows = database
    .selectFrom("tenant")
    .innerJoin("order", "order.tenant_id", "tenant.id")
    .leftJoinLateral(
      (tenant) =>
        tenant
          .selectFrom("job")
          .select(["id as job", "kind", "state"])
          .whereRef("job.tenant_id", "=", "tenant.id")
          .orderBy("job.number", "desc")
          .limit(1)
          .as("last_job"),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (tenant) =>
        tenant
          .selectFrom("usage_size")
          .select(["database_bytes", "files_bytes", "memory_bytes", "read_at"])
          .whereRef("usage_size.tenant_id", "=", "tenant.id")
          .orderBy("usage_size.month", "desc")
          .limit(1)
          .as("last_size"),
      (join) => join.onTrue(),
    )
    .where("tenant.withdrawn_at", "is", null)
    .where("tenant.deleted_at", "is", null)
    .selectAll("tenant")
    .select(["order.number", "last_job.job", "last_job.kind", "last_job.state"])
    .select(["last_size.database_bytes", "last_size.files_bytes", "last_size.memory_bytes", "last_size.read_at"]);
  return customer === undefined ? rows : rows.where("tenant.customer_id", "=", customer);
}

type TenantRow = Awaited<ReturnType<ReturnType<typeof tenantRows>["execute"]>>[number];

/** A tenant as its customer sees it, at a moment. */
export function viewOf(row: TenantRow, now: Date): TenantView {
  return {
    id: row.id,
    state: stateOf(row),
    address: row.address,
    company: row.company,
    plan: row.plan,
    nextPlan: row.next_plan,
    odooVersion: row.odoo_version,
    sets: row.sets,
    modules: row.modules,
    url: row.url,
    readyAt: row.ready_at?.toISOString() ?? null,
    job: isUnfinished(row) ? row.job : null,
    deleteAt: row.delete_at?.toISOString() ?? null,
    suspensionReason: row.suspension_reason,
    wokenAt: row.woken_at?.toISOString() ?? null,
    stored: storedOf(row),
    lifecycle: lifecycleView(row, now),
  };
}

function storedOf(row: TenantRow): TenantView["stored"] {
  const { database_bytes: database, files_bytes: files, memory_bytes: memory, read_at: readAt } = row;
  return readAt === null
    ? null
    : {
        databaseBytes: Number(database),
        filesBytes: Number(files),
        memoryBytes: memory === null ? null : Number(memory),
        readAt: readAt.toISOString(),
      };
}

function isUnfinished({ state }: TenantRow): boolean {
  return state === "queued" || state === "running";
}

function stateOf(row: TenantRow): TenantView["state"] {
  const { made_state: made, state, kind } = row;
  if (isUnfinished(row) && (kind === "remove" || kind === "delete")) {
    return "deleting";
  }
  if (made === null) {
    return state === "failed" ? "failed" : state === null ? "ordered" : "making";
  }
  if (isUnfinished(row)) {
    switch (kind) {
      case "suspend":
        return "suspending";
      case "resize":
        return "resizing";
      case "restore":
      case "undo":
        return "restoring";
      case "wake":
      case "domains":
      case "settle":
      case "export":
      case "password":
      case "login":
        return made;
      default:
        return "resuming";
    }
  }
  return made;
}
