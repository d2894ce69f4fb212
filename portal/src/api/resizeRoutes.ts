import { Hono } from "hono";
import { readTenant } from "../jobs/tenants.ts";
import { requestPlan, resizeOffers } from "../plans/resize.ts";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { resizeOfferListSchema, resizeRequestSchema } from "./resizeSchemas.ts";
import { idParameter, noQuery, tenantSchema } from "./schemas.ts";

/** Another plan for a tenant: what it means is said first. */
export function resizeRoutes({ database, settings, queue, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(
    "/tenants/:id/plans",
    describe({
      id: "listResizes",
      summary: "What each plan would mean for a tenant: price, room, what is replaced, and how long it is away",
      scope: "tenants:read",
      success: { status: 200, description: "The plans", schema: resizeOfferListSchema },
    }),
    demand(database, "tenants:read"),
    valid("param", idParameter),
    valid("query", noQuery),
    async (context) => {
      const { id } = context.req.valid("param");
      return context.json({ plans: there(await resizeOffers(database, settings, context.var.caller.customer, id)) });
    },
  );

  app.put(
    "/tenants/:id/plan",
    describe({
      id: "resizeTenant",
      summary: "Bring a tenant to another plan; it is away for a while, as `listResizes` says",
      scope: "orders:write",
      isWrite: true,
      success: { status: 200, description: "The tenant; `job` is what brings it there", schema: tenantSchema },
    }),
    demand(database, "orders:write"),
    valid("param", idParameter),
    valid("json", resizeRequestSchema),
    (context) => {
      const { customer } = context.var.caller;
      const { id } = context.req.valid("param");
      const body = context.req.valid("json");
      return once(context, database, body, async (transaction) => {
        const parts = { transaction, queue, now: now(), customer };
        const { from, price, currency } = there(await requestPlan(parts, settings, id, body.plan));
        return {
          status: 200,
          body: there(await readTenant(transaction, customer, id, now())),
          audit: { tenant: id, subject: id, details: { from, plan: body.plan, price, currency } },
        };
      });
    },
  );
  return app;
}
