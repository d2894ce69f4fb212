import { Hono } from "hono";
import { listAudit, listAuditOf } from "../audit/audit.ts";
import type { ApiParts } from "./app.ts";
import { auditListSchema, auditQuery, operatorAuditQuery } from "./auditSchemas.ts";
import { type ApiEnv, demand, describe, valid } from "./operation.ts";

const page = { status: 200, description: "A page", schema: auditListSchema } as const;

/** Who did what. */
export function auditRoutes({ database }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(
    "/audit",
    describe({
      id: "listAudit",
      summary: "What was done to what is the customer's, the newest first",
      scope: "audit:read",
      success: page,
    }),
    demand(database, "audit:read"),
    valid("query", auditQuery),
    async (context) => {
      const { limit, cursor, tenant } = context.req.valid("query");
      const found = await listAuditOf(database, context.var.caller, { limit, before: cursor, tenant });
      return context.json({ entries: found.entries, next: found.next ?? null });
    },
  );

  app.get(
    "/operator/audit",
    describe({
      id: "listAllAudit",
      summary: "For operators: what was done, whomever it concerns, the newest first",
      scope: "operator:audit",
      success: page,
    }),
    demand(database, "operator:audit"),
    valid("query", operatorAuditQuery),
    async (context) => {
      const { limit, cursor, tenant, customer } = context.req.valid("query");
      const found = await listAudit(database, { limit, before: cursor, tenant, customer });
      return context.json({ entries: found.entries, next: found.next ?? null });
    },
  );
  return app;
}
