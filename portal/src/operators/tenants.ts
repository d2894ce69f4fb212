import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import { tenantRows, type TenantView, viewOf } from "../jobs/tenants.ts";
import type { Settings } from "../settings.ts";

/** A tenant as operators see it. */
export interface OperatorTenantView extends TenantView {
  /** E-mail address of its customer. */
  readonly customer: string;
  /** Where it is; null while it waits for a place. */
  readonly host: string | null;
  readonly slot: number | null;
  readonly isOperatorSuspended: boolean;
}

/** Which tenants are asked for: all by default. */
export interface TenantFilter extends PageRequest {
  /** Part of its address, company, e-mail address or id, in any case. */
  readonly search?: string | undefined;
  readonly host?: string | undefined;
  /** What it was brought to last; `unmade`: it was never ready. */
  readonly made?: "running" | "suspended" | "unmade" | undefined;
}

/** Tenants of all customers, the newest first. */
export async function listAllTenants(
  database: Database,
  { limit, before, search = "", host, made }: TenantFilter,
  now: Date,
): Promise<{ tenants: OperatorTenantView[]; next: string | undefined }> {
  let rows = tenantRows(database)
    .innerJoin("customer", "customer.id", "tenant.customer_id")
    .select("customer.email")
    .orderBy("order.number", "desc");
  if (before !== undefined) {
    rows = rows.where("order.number", "<", before);
  }
  if (host !== undefined) {
    rows = rows.where("tenant.host", "=", host);
  }
  if (made !== undefined) {
    rows = made === "unmade" ? rows.where("tenant.made_state", "is", null) : rows.where("tenant.made_state", "=", made);
  }
  if (search.trim() !== "") {
    const text = sql`lower(concat_ws(' ', tenant.address, tenant.company, customer.email, tenant.id))`;
    rows = rows.where(sql<boolean>`strpos(${text}, ${search.trim().toLowerCase()}) > 0`);
  }
  const { page, next } = await readPage(rows, limit);
  const tenants = page.map((row) => ({
    ...viewOf(row, now),
    customer: row.email,
    host: row.host,
    slot: row.slot,
    isOperatorSuspended: row.operator_suspended_at !== null,
  }));
  return { tenants, next };
}

/** How many of a host's slots are taken. */
export interface HostCapacity {
  readonly host: string;
  readonly slots: number;
  readonly taken: number;
}

/** The portal's slots by host, and how many orders wait for one. */
export async function readCapacity(
  database: Database,
  slots: Settings["slots"],
): Promise<{ hosts: HostCapacity[]; waiting: number }> {
  const { rows } = await sql<{ host: string | null; count: number }>`
    select tenant.host, count(*)::integer as count
    from tenant join "order" on "order".tenant_id = tenant.id
    where tenant.withdrawn_at is null and tenant.deleted_at is null
      and (tenant.host is not null or "order".state in ('unconfirmed', 'confirmed'))
    group by tenant.host`.execute(database);
  const countOf = (host: string | null): number => rows.find((row) => row.host === host)?.count ?? 0;
  return {
    hosts: Object.entries(slots).map(([host, { from, to }]) => ({ host, slots: to - from + 1, taken: countOf(host) })),
    waiting: countOf(null),
  };
}
