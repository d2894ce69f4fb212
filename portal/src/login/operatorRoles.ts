import type { OperatorScope } from "../api/tokens.ts";

/** What somebody is among operators: `admin` may all, `support` looks after tenants and jobs, `billing` after invoices. */
export const operatorRoles = ["admin", "support", "billing"] as const;

/** One of `operatorRoles`. */
export type OperatorRole = (typeof operatorRoles)[number];

/** Which roles may do what: the one place that decides it. A new scope has to be decided here. `docs/portal.md` has the table in words. */
const rolesWith: Readonly<Record<OperatorScope, readonly OperatorRole[]>> = {
  "operator:audit": operatorRoles,
  "operator:invoices": ["admin", "billing"],
  "operator:jobs": ["admin", "support"],
  "operator:tenants": ["admin", "support"],
  // A webhook goes on telling when who made it is gone.
  "operator:webhooks": ["admin"],
};

/** All that an operator may. */
export function scopesOfOperator(role: OperatorRole): OperatorScope[] {
  return (Object.keys(rolesWith) as OperatorScope[]).filter((scope) => rolesWith[scope].includes(role));
}
