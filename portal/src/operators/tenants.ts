import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import { tenantRows, type TenantView, viewOf } from "../jobs/tenants.ts";
import { type Price, priceNow } from "../invoices/prices.ts";
import { nextChanges, type LifecycleView } from "../lifecycle/times.ts";
import { listMembers, type MemberView } from "../team/team.ts";
import { type HostRoom, roomOfHosts } from "../plans/room.ts";
import type { Settings } from "../settings.ts";
import { type BackupState, backupState } from "./backupState.ts";

/** A tenant as operators see it. */
export interface OperatorTenantView extends TenantView {
  /** E-mail address of its customer. */
  readonly customer: string;
  /** Where it is; null while it waits for a place. */
  readonly host: string | null;
  readonly slot: number | null;
  readonly isOperatorSuspended: boolean;
  /** How its backups are; null: it doesn't run. */
  readonly backups: BackupState | null;
}

/** A tenant with all that operators ask of it first. */
export interface TenantInFull extends OperatorTenantView {
  readonly team: { readonly id: string; readonly members: readonly MemberView[] };
  readonly orderedAt: string;
  /** What its plan costs a month, awake and asleep, as it was ordered or changed to; null: none is noted. */
  readonly price: Price | null;
  /** When an operator suspended it; null: it isn't. */
  readonly suspendedAt: string | null;
  /** Its next starts and stops, at most five, within 400 days. */
  readonly changes: readonly ChangeView[];
}

/** A start or a stop that is to come. */
interface ChangeView {
  readonly at: string;
  readonly state: "running" | "suspended";
  readonly reason: LifecycleView["reason"];
}

/** Changes that are told. */
const told = 5;

/** Which tenants are asked for: all by default. */
export interface TenantFilter extends PageRequest {
  /** Part of its address, company, e-mail address or id, in any case. */
  readonly search?: string | undefined;
  readonly host?: string | undefined;
  readonly plan?: string | undefined;
  /** What it was brought to last; `unmade`: it was never ready. */
  readonly made?: "running" | "suspended" | "unmade" | undefined;
  /** How its backups are. */
  readonly backups?: BackupState | undefined;
  /** Whether only those whose last job failed. */
  readonly isFailed?: boolean;
  /** Whether only those that are to be deleted. */
  readonly isToBeDeleted?: boolean;
}

/** Tenants of all customers, the newest first. */
export async function listAllTenants(
  database: Database,
  { limit, before, search = "", host, plan, made, backups, isFailed = false, isToBeDeleted = false }: TenantFilter,
  now: Date,
): Promise<{ tenants: OperatorTenantView[]; next: string | undefined }> {
  let rows = operatorRows(database, now).orderBy("order.number", "desc");
  if (before !== undefined) {
    rows = rows.where("order.number", "<", before);
  }
  if (host !== undefined) {
    rows = rows.where("tenant.host", "=", host);
  }
  if (plan !== undefined) {
    rows = rows.where("tenant.plan", "=", plan);
  }
  if (isFailed) {
    rows = rows.where("last_job.state", "=", "failed");
  }
  if (isToBeDeleted) {
    rows = rows.where("tenant.delete_at", "is not", null);
  }
  if (made !== undefined) {
    rows = made === "unmade" ? rows.where("tenant.made_state", "is", null) : rows.where("tenant.made_state", "=", made);
  }
  if (backups !== undefined) {
    rows = rows.where(backupState(now), "=", backups);
  }
  if (search.trim() !== "") {
    const text = sql`lower(concat_ws(' ', tenant.address, tenant.company, customer.email, tenant.id))`;
    rows = rows.where(sql<boolean>`strpos(${text}, ${search.trim().toLowerCase()}) > 0`);
  }
  const { page, next } = await readPage(rows, limit);
  return { tenants: page.map((row) => operatorView(row, now)), next };
}

/** One tenant, whoever's it is; undefined when there is none. */
export async function readTenantInFull(database: Database, id: string, now: Date): Promise<TenantInFull | undefined> {
  const row = await operatorRows(database, now).where("tenant.id", "=", id).executeTakeFirst();
  return (
    row && {
      ...operatorView(row, now),
      team: { id: row.customer_id, members: await listMembers(database, row.customer_id) },
      orderedAt: row.placed_at.toISOString(),
      price: (await priceNow(database, id)) ?? null,
      suspendedAt: row.operator_suspended_at?.toISOString() ?? null,
      changes: nextChanges(row, now, told).map(({ at, ...change }) => ({ at: at.toISOString(), ...change })),
    }
  );
}

/** Tenants that are there, with what their views follow from. */
// Its type is the query so far, which only Kysely can spell out.
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export function operatorRows(database: Database, now: Date) {
  return tenantRows(database)
    .innerJoin("customer", "customer.id", "tenant.customer_id")
    .leftJoin("backup_fact", "backup_fact.tenant_id", "tenant.id")
    .leftJoin("plan_content", "plan_content.plan", "tenant.plan")
    .select(["customer.email", "order.placed_at", backupState(now).as("backups")]);
}

type OperatorRow = Awaited<ReturnType<ReturnType<typeof operatorRows>["execute"]>>[number];

function operatorView(row: OperatorRow, now: Date): OperatorTenantView {
  return {
    ...viewOf(row, now),
    customer: row.email,
    host: row.host,
    slot: row.slot,
    isOperatorSuspended: row.operator_suspended_at !== null,
    backups: row.backups,
  };
}

/** How many of a host's slots are taken, and what is left of it. */
export interface HostCapacity {
  readonly host: string;
  readonly slots: number;
  readonly taken: number;
  /** What the portal's tenants take of its memory and processors; null: no worker has noted it yet. */
  readonly room: HostRoom | null;
}

/** The portal's slots by host, and how many orders wait for one. */
export async function readCapacity(
  database: Database,
  slots: Settings["slots"],
): Promise<{ hosts: HostCapacity[]; waiting: number }> {
  const { rows } = await sql<{ host: string | null; count: number }>`
    select tenant.host, count(*)::integer as count
    from tenant left join "order" on "order".tenant_id = tenant.id
    where tenant.withdrawn_at is null and tenant.deleted_at is null
      and (tenant.host is not null or "order".state in ('unconfirmed', 'confirmed'))
    group by tenant.host`.execute(database);
  const rooms = await roomOfHosts(database);
  const countOf = (host: string | null): number => rows.find((row) => row.host === host)?.count ?? 0;
  return {
    hosts: Object.entries(slots).map(([host, { from, to }]) => ({
      ...{ host, slots: to - from + 1, taken: countOf(host) },
      room: rooms.get(host) ?? null,
    })),
    waiting: countOf(null),
  };
}
