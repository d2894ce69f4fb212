import { sql } from "kysely";
import type { AuditDetails } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { hashOf, newId, newSecret } from "../orders/identifiers.ts";

/** What a customer's token can be allowed to do, for what is his. */
export const customerScopes = [
  "audit:read",
  "invoices:read",
  "invoices:write",
  "jobs:read",
  "jobs:write",
  "orders:read",
  "orders:write",
  "tenants:delete",
  "tenants:export",
  "tenants:password",
  "tenants:read",
  "tenants:restore",
  "tenants:write",
  "tokens:read",
  "tokens:write",
  "webhooks:read",
  "webhooks:write",
] as const;

/** What an operator's token can be allowed to do, whoever's it is. No token can give these on: the command line makes such ones. */
export const operatorScopes = [
  "operator:audit",
  "operator:invoices",
  "operator:jobs",
  "operator:tenants",
  "operator:webhooks",
] as const;

/** What a token can be allowed to do. */
export const scopes = [...customerScopes, ...operatorScopes] as const;

/** One thing that a token can be allowed to do. */
export type Scope = (typeof scopes)[number];

/** Begins every token, so that scanners of secrets find one that leaked. */
const prefix = "oft_";

/** A token as its owner sees it afterwards: without the secret. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly scopes: Scope[];
  readonly createdAt: string;
}

/** Who asks, and what he may do. */
export interface Caller {
  readonly token: string;
  readonly customer: string;
  readonly scopes: readonly string[];
  /** Whether he is an operator who has yet to show his second factor. */
  readonly lacksSecondFactor?: boolean;
}

/** Makes a token. Its secret is returned here and never again. */
export async function createToken(
  database: Database,
  customer: string,
  name: string,
  allowed: readonly Scope[],
): Promise<{ token: TokenView; secret: string }> {
  const secret = prefix + newSecret();
  const row = await database
    .insertInto("api_token")
    .values({ id: newId(), customer_id: customer, token_hash: hashOf(secret), name, scopes: [...new Set(allowed)] })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { token: viewOf(row), secret };
}

/** What the audit trail says of a token that was made. */
export function madeToken({ id, name, scopes: may }: TokenView): { subject: string; details: AuditDetails } {
  return { subject: id, details: { name, scopes: may.join(" ") } };
}

/** A customer's tokens that are valid, the oldest first. */
export async function listTokens(database: Database, customer: string): Promise<TokenView[]> {
  const rows = await database
    .selectFrom("api_token")
    .selectAll()
    .where("customer_id", "=", customer)
    .where("revoked_at", "is", null)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(viewOf);
}

/** Ends a token at once; false when the customer has no such one. */
export async function revokeToken(database: Database, customer: string, id: string): Promise<boolean> {
  const revoked = await database
    .updateTable("api_token")
    .set({ revoked_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where("customer_id", "=", customer)
    .where("revoked_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return revoked !== undefined;
}

/** Who a secret belongs to; undefined when it is nobody's, or was revoked. */
export async function callerOf(database: Database, secret: string): Promise<Caller | undefined> {
  const row = await database
    .selectFrom("api_token")
    .select(["id", "customer_id", "scopes"])
    .where("token_hash", "=", hashOf(secret))
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return row && { token: row.id, customer: row.customer_id, scopes: row.scopes };
}

function viewOf(row: { id: string; name: string; scopes: string[]; created_at: Date }): TokenView {
  return { id: row.id, name: row.name, scopes: row.scopes as Scope[], createdAt: row.created_at.toISOString() };
}
