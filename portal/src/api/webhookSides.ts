import type { WebhookOwner } from "../webhooks/webhooks.ts";
import type { OperationDescription } from "./operation.ts";
import type { Caller, Scope } from "./tokens.ts";

/** Whose webhooks routes are about. */
export interface Side {
  readonly path: "" | "/operator";
  readonly read: Scope;
  readonly write: Scope;
  readonly ownerOf: (caller: Caller) => WebhookOwner;
  /** An operation as this side names it. */
  readonly named: (operation: OperationDescription) => OperationDescription;
}

/** A customer's webhooks, and the operators'. */
export const sides: readonly Side[] = [
  {
    path: "",
    read: "webhooks:read",
    write: "webhooks:write",
    ownerOf: ({ customer }) => ({ customer }),
    named: (operation) => operation,
  },
  {
    path: "/operator",
    read: "operator:webhooks",
    write: "operator:webhooks",
    ownerOf: () => "operators",
    named: ({ id, summary, ...operation }) => ({
      ...operation,
      id: `${id}OfOperators`,
      summary: `For operators, whose webhooks are told of all tenants: ${summary[0]!.toLowerCase()}${summary.slice(1)}`,
    }),
  },
];
