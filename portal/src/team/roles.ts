import type { CustomerScope } from "../api/tokens.ts";

/** What somebody is in a team: `owner` may all, `member` looks after instances, `billing` after invoices. */
export const roles = ["owner", "member", "billing"] as const;

/** One of `roles`. */
export type Role = (typeof roles)[number];

const everybody = roles;
const owner = ["owner"] as const;
const ownerAndMember = ["owner", "member"] as const;
const ownerAndBilling = ["owner", "billing"] as const;

/**
 * Which roles may do what: the one place that decides it. An operation of the API demands one scope, of a session as of a token, and a new scope
 * has to be decided here. `docs/portal.md` has the table in words.
 */
const rolesWith: Readonly<Record<CustomerScope, readonly Role[]>> = {
  "audit:read": ownerAndMember,
  "invoices:read": ownerAndBilling,
  "invoices:write": ownerAndBilling,
  "jobs:read": everybody,
  // What can be cancelled is the making of what was ordered.
  "jobs:write": owner,
  "orders:read": everybody,
  "orders:write": owner,
  "team:read": everybody,
  "team:write": owner,
  "tenants:copy": ownerAndMember,
  "tenants:delete": owner,
  "tenants:export": ownerAndMember,
  "tenants:password": ownerAndMember,
  "tenants:read": everybody,
  "tenants:restore": ownerAndMember,
  "tenants:write": ownerAndMember,
  "tokens:read": everybody,
  "tokens:write": everybody,
  // A webhook goes on telling when who made it is gone.
  "webhooks:read": owner,
  "webhooks:write": owner,
};

/** Whether a role may do what a scope is about. */
export function roleMay(role: Role, scope: CustomerScope): boolean {
  return rolesWith[scope].includes(role);
}

/** Everything that a role may. */
export function scopesOf(role: Role): CustomerScope[] {
  return (Object.keys(rolesWith) as CustomerScope[]).filter((scope) => roleMay(role, scope));
}

/** Roles that may do what a scope is about. */
export function rolesThatMay(scope: CustomerScope): readonly Role[] {
  return rolesWith[scope];
}
