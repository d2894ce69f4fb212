import { Hono } from "hono";
import { listTenants, readTenant } from "../jobs/tenants.ts";
import type { ApiParts } from "./app.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import * as schemas from "./schemas.ts";

/** A customer's tenants. */
export function tenantRoutes({ database, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(
    "/tenants",
    describe({
      id: "listTenants",
      summary: "The customer's tenants, the newest first",
      scope: "tenants:read",
      success: { status: 200, description: "A page", schema: schemas.tenantListSchema },
    }),
    demand(database, "tenants:read"),
    valid("query", schemas.pageQuery),
    async (context) => {
      const { limit, cursor } = context.req.valid("query");
      const page = await listTenants(database, context.var.caller.customer, { limit, before: cursor }, now());
      return context.json({ tenants: page.tenants, next: page.next ?? null });
    },
  );

  app.get(
    "/tenants/:id",
    describe({
      id: "readTenant",
      summary: "One tenant",
      scope: "tenants:read",
      success: { status: 200, description: "The tenant", schema: schemas.tenantSchema },
    }),
    demand(database, "tenants:read"),
    valid("param", schemas.idParameter),
    valid("query", schemas.noQuery),
    async (context) =>
      context.json(
        there(await readTenant(database, context.var.caller.customer, context.req.valid("param").id, now())),
      ),
  );
  return app;
}
