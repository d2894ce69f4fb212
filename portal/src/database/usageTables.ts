import type { Generated } from "kysely";

/** A span of time in which a tenant had one plan, and ran or didn't. The spans of a tenant follow each other without a gap until it is deleted. */
export interface UsageSpanTable {
  readonly id: Generated<string>;
  readonly tenant_id: string;
  readonly plan: string;
  readonly state: "running" | "suspended";
  /** Why it didn't run, as `lifecycle.reason` of the API; null: it did, or it was to. */
  readonly reason: string | null;
  /** Whether it is tried, or was and isn't ordered: nothing is charged. */
  readonly is_trial: Generated<boolean>;
  readonly from_at: Date;
  /** Null: it isn't over. */
  to_at: Date | null;
}

/** How much a tenant had stored in a month; sizes are in bytes. */
export interface UsageSizeTable {
  readonly tenant_id: string;
  /** In UTC: `2026-11`. */
  readonly month: string;
  /** As it was when it was read last, and at its highest. PostgreSQL's `bigint` comes as text. */
  database_bytes: string;
  database_most: string;
  files_bytes: string;
  files_most: string;
  /** Memory that it had for itself at a look, in the same way; null: no worker of this release has looked yet. */
  memory_bytes: string | null;
  memory_most: string | null;
  read_at: Date;
}

/** Tables of what tenants use. */
export interface UsageTables {
  readonly usage_span: UsageSpanTable;
  readonly usage_size: UsageSizeTable;
}
