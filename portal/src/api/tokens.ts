import { type ExpressionBuilder, type ExpressionWrapper, sql, type SqlBool } from "kysely";
import type { AuditDetails } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import type { Tables } from "../database/schema.ts";
import type { Membership } from "../team/memberships.ts";
import { type Role, roleMay } from "../team/roles.ts";
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
  "team:read",
  "team:write",
  "tenants:copy",
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

/** One of `customerScopes`. */
export type CustomerScope = (typeof customerScopes)[number];

/** What an operator's token can be allowed to do, whoever's it is. No token can give these on: the command line makes such ones. */
export const operatorScopes = [
  "operator:audit",
  "operator:invoices",
  "operator:jobs",
  "operator:tenants",
  "operator:webhooks",
] as const;

/** One of `operatorScopes`. */
export type OperatorScope = (typeof operatorScopes)[number];

/** What a token can be allowed to do. */
export const scopes = [...customerScopes, ...operatorScopes] as const;

/** One thing that a token can be allowed to do. */
export type Scope = (typeof scopes)[number];

/** Begins what a caller by a session has in the place of a token's id. */
export const sessionMark = "session ";

/** Begins every token, so that scanners of secrets find one that leaked. */
const prefix = "oft_";

/** A token as its owner sees it afterwards: without the secret. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly scopes: Scope[];
  /** Id of the member who made it. */
  readonly madeBy: string | null;
  readonly createdAt: string;
}

/** Who asks, for whom, and what he may do. */
export interface Caller extends Membership {
  readonly token: string;
  /** All that he may: of a token its scopes, as far as the role of who made it has them. */
  readonly scopes: readonly Scope[];
  /** Whether he is an operator who has yet to show his second factor. */
  readonly lacksSecondFactor?: boolean;
}

/** Makes a token. Its secret is returned here and never again. */
export async function createToken(
  database: Database,
  { customer, member }: Pick<Membership, "customer" | "member">,
  name: string,
  allowed: readonly Scope[],
): Promise<{ token: TokenView; secret: string }> {
  const secret = prefix + newSecret();
  const row = await database
    .insertInto("api_token")
    .values({
      ...{ id: newId(), customer_id: customer, member_id: member },
      ...{ token_hash: hashOf(secret), name, scopes: [...new Set(allowed)] },
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { token: viewOf(row), secret };
}

/** What the audit trail says of a token that was made. */
export function madeToken({ id, name, scopes: may }: TokenView): { subject: string; details: AuditDetails } {
  return { subject: id, details: { name, scopes: may.join(" ") } };
}

/** The valid tokens that somebody made, the oldest first; an owner sees those of his whole team. */
export async function listTokens(database: Database, asking: Membership): Promise<TokenView[]> {
  const rows = await database
    .selectFrom("api_token")
    .selectAll()
    .where("customer_id", "=", asking.customer)
    .where("revoked_at", "is", null)
    .where(areSeenBy(asking))
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(viewOf);
}

/** Ends a token at once, an owner that of anybody in his team; false when there is no such one. */
export async function revokeToken(database: Database, asking: Membership, id: string): Promise<boolean> {
  const revoked = await database
    .updateTable("api_token")
    .set({ revoked_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where("customer_id", "=", asking.customer)
    .where(areSeenBy(asking))
    .where("revoked_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return revoked !== undefined;
}

/** The tokens that somebody sees and may end: of an owner those of his whole team, of others their own. */
const areSeenBy =
  ({ role, member }: Membership) =>
  (token: ExpressionBuilder<Tables, "api_token">): ExpressionWrapper<Tables, "api_token", SqlBool> =>
    role === "owner" ? token("member_id", "is not", null) : token("member_id", "=", member);

/** Who a secret belongs to; undefined when it is nobody's, or was revoked. */
export async function callerOf(database: Database, secret: string): Promise<Caller | undefined> {
  const row = await database
    .selectFrom("api_token")
    .innerJoin("team_member", "team_member.id", "api_token.member_id")
    .select(["api_token.id as token", "scopes", "team_member.id as member", "team_member.customer_id as customer"])
    .select(["team_member.email", "team_member.role"])
    .where("token_hash", "=", hashOf(secret))
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return row && { ...row, scopes: (row.scopes as Scope[]).filter((scope) => mayStill(row.role, scope)) };
}

/** Whether who asked may go on asking: his token wasn't ended since, or his session, and he is still in the team. */
export async function mayGoOn(
  database: Database,
  { token, member }: Pick<Caller, "token" | "member">,
): Promise<boolean> {
  const session = token.startsWith(sessionMark) ? token.slice(sessionMark.length) : null;
  const { rows } = await sql`
    select from team_member where id = ${member} and (
      exists (select from api_token where id = ${token} and revoked_at is null)
      or exists (select from login_session where id = ${session} and expires_at > now()))`.execute(database);
  return rows.length > 0;
}

/** Whether a token can still be for what it was made for: its maker's role may have been lowered since. Operators' scopes go by no role. */
function mayStill(role: Role, scope: Scope): boolean {
  return isCustomerScope(scope) ? roleMay(role, scope) : true;
}

/** Whether a scope is about what is a customer's own. */
export function isCustomerScope(scope: Scope): scope is CustomerScope {
  return (customerScopes as readonly Scope[]).includes(scope);
}

function viewOf(row: {
  id: string;
  name: string;
  scopes: string[];
  member_id: string | null;
  created_at: Date;
}): TokenView {
  const { id, name, member_id: madeBy, created_at } = row;
  return { id, name, scopes: row.scopes as Scope[], madeBy, createdAt: created_at.toISOString() };
}
