import { Hono } from "hono";
import { monthOf } from "../usage/months.ts";
import { listUsage, readUsage } from "../usage/usage.ts";
import type { ApiParts } from "./app.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { idParameter } from "./schemas.ts";
import { tenantSides } from "./tenantSides.ts";
import { monthQuery, usageListSchema, usageQuery, usageSchema } from "./usageSchemas.ts";

/** What tenants use, by the month. */
export function usageRoutes({ database, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  for (const side of tenantSides) {
    app.get(
      `${side.path}/tenants/:id/usage` as const,
      describe(
        side.named({
          id: "readUsage",
          summary: "What a tenant used in a month: time on each plan and awake, and what it had stored",
          success: { status: 200, description: "What it used", schema: usageSchema },
        }),
      ),
      demand(database, side.scope),
      valid("param", idParameter),
      valid("query", monthQuery),
      async (context) => {
        const at = now();
        const { month = monthOf(at) } = context.req.valid("query");
        const { id } = context.req.valid("param");
        return context.json(there(await readUsage(database, side.customerOf(context.var.caller), id, month, at)));
      },
    );
  }

  app.get(
    "/usage",
    describe({
      id: "listUsage",
      summary:
        "The same of each of the customer's tenants that was there in the month, also of those that were deleted since",
      scope: "tenants:read",
      success: { status: 200, description: "A page, the newest tenant first", schema: usageListSchema },
    }),
    demand(database, "tenants:read"),
    valid("query", usageQuery),
    async (context) => {
      const at = now();
      const { limit, cursor, month = monthOf(at) } = context.req.valid("query");
      const page = await listUsage(database, context.var.caller.customer, { limit, before: cursor, month }, at);
      return context.json({ usage: page.usage, next: page.next ?? null });
    },
  );
  return app;
}
