import { Hono } from "hono";
import { defer } from "../payments/arrears.ts";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { deferralRequestSchema, deferralSchema } from "./paymentSchemas.ts";
import { idParameter } from "./schemas.ts";

/** Time that operators give a customer to pay. */
export function deferralRoutes({ database }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.put(
    "/operator/customers/:id/deferral",
    describe({
      id: "setDeferral",
      summary: "For operators: give a customer more time to pay, in which nothing of him is suspended, or take it back",
      scope: "operator:invoices",
      isWrite: true,
      success: { status: 200, description: "How much time he has", schema: deferralSchema },
    }),
    demand(database, "operator:invoices"),
    valid("param", idParameter),
    valid("json", deferralRequestSchema),
    (context) => {
      const { id: customer } = context.req.valid("param");
      const body = context.req.valid("json");
      return once(context, database, body, async (transaction) => {
        const isThere = await defer(transaction, customer, body.until === null ? null : new Date(body.until));
        there(isThere || undefined);
        return {
          status: 200,
          body: { customer, until: body.until },
          audit: { customer, subject: customer, details: body },
        };
      });
    },
  );
  return app;
}
