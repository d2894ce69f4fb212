import type { Schemas } from "../api.ts";

/** One thing that a token of a customer's can be allowed. */
export type Scope = Schemas["TokenRequest"]["scopes"][number];

/** What a token of a customer's can be allowed, in the sequence in which it is asked. */
export const tokenScopes = [
  "tenants:read",
  "tenants:write",
  "tenants:export",
  "tenants:password",
  "tenants:restore",
  "tenants:copy",
  "tenants:delete",
  "orders:read",
  "orders:write",
  "jobs:read",
  "jobs:write",
  "invoices:read",
  "invoices:write",
  "team:read",
  "team:write",
  "audit:read",
  "tokens:read",
  "tokens:write",
  "webhooks:read",
  "webhooks:write",
] as const satisfies readonly Scope[];
