import type { OperationDescription } from "./operation.ts";
import type { Caller, Scope } from "./tokens.ts";

/** Who reads of tenants. */
export interface TenantSide {
  readonly path: "" | "/operator";
  readonly scope: Scope;
  /** Whose tenants it is about; undefined: anybody's. */
  readonly customerOf: (caller: Caller) => string | undefined;
  /** An operation as this side names it. */
  readonly named: (operation: Omit<OperationDescription, "scope">) => OperationDescription;
}

/** A customer, of his own tenants, and operators, of everybody's. */
export const tenantSides: readonly TenantSide[] = [
  {
    path: "",
    scope: "tenants:read",
    customerOf: ({ customer }) => customer,
    named: (operation) => ({ ...operation, scope: "tenants:read" }),
  },
  {
    path: "/operator",
    scope: "operator:tenants",
    customerOf: () => undefined,
    named: ({ id, summary, ...operation }) => ({
      ...operation,
      id: id.replace(/^(read|list)/, "$1Any"),
      summary: `For operators, of any customer's: ${summary[0]!.toLowerCase()}${summary.slice(1)}`,
      scope: "operator:tenants",
    }),
  },
];
