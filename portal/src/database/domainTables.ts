import type { Generated } from "kysely";
import type { MadeAt } from "./schema.ts";

/** A domain of a customer's own, at which a tenant is to be served beside its address. */
export interface DomainTable {
  /** In the order in which they were asked for: the first proven one is the tenant's public address. */
  readonly number: Generated<string>;
  readonly tenant_id: string;
  /** In lower case, as DNS has it. */
  readonly domain: string;
  readonly created_at: MadeAt;
  /** When DNS was asked last; null: never. */
  checked_at: Date | null;
  /** What it said then. `taken`: it is proven, and another tenant had it proven before. */
  state: Generated<"unchecked" | "unproven" | "elsewhere" | "unanswered" | "taken" | "proven">;
  /** Where it led that isn't the tenant's, then. */
  addresses: Generated<string[]>;
  /** When it was first proven; null: it never was, and isn't served. */
  proven_at: Date | null;
  /** Since when DNS doesn't show any more that it is the customer's and leads here; null: it does, or never did. */
  lost_at: Date | null;
  /** When its customer was told of that. */
  lost_told_at: Date | null;
}

/** What is there for domains. */
export interface DomainTables {
  readonly tenant_domain: DomainTable;
}
