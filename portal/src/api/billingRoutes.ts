import { Hono } from "hono";
import { readBilling, setBilling } from "../invoices/billing.ts";
import { credit } from "../invoices/issue.ts";
import { readVatId } from "../invoices/vatId.ts";
import { readShownInvoice } from "../payments/arrears.ts";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { billingAnswerSchema, billingRequestSchema, creditRequestSchema, invoiceSchema } from "./invoiceSchemas.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { Problem } from "./problems.ts";
import { idParameter, noQuery } from "./schemas.ts";

/** Who is billed, and the cancelling of invoices. */
export function billingRoutes({ database, settings, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(
    "/billing",
    describe({
      id: "readBilling",
      summary: "Who is billed",
      scope: "invoices:read",
      success: { status: 200, description: "Who it is", schema: billingAnswerSchema },
    }),
    demand(database, "invoices:read"),
    valid("query", noQuery),
    async (context) => context.json({ billing: await readBilling(database, context.var.caller.customer) }),
  );

  app.put(
    "/billing",
    describe({
      id: "setBilling",
      summary: "Set who is billed from now on: name, address, VAT id; invoices that are there stay as they are",
      scope: "invoices:write",
      isWrite: true,
      success: { status: 200, description: "Who it is now", schema: billingAnswerSchema },
    }),
    demand(database, "invoices:write"),
    valid("json", billingRequestSchema),
    (context) => {
      const { customer } = context.var.caller;
      const body = context.req.valid("json");
      return once(context, database, body, async (transaction) => {
        const vatId = body.vatId === null ? null : ((await readVatId(body.country, body.vatId)) ?? refuseVatId());
        await setBilling(transaction, customer, { ...body, vatId }, now());
        const details = { country: body.country, hasVatId: vatId !== null };
        return {
          status: 200,
          body: { billing: await readBilling(transaction, customer) },
          audit: { subject: customer, details },
        };
      });
    },
  );

  app.post(
    "/operator/invoices/:id/credit-notes",
    describe({
      id: "creditInvoice",
      summary: "For operators: cancel a whole invoice by a credit note",
      scope: "operator:invoices",
      isWrite: true,
      success: { status: 201, description: "The credit note", schema: invoiceSchema },
    }),
    demand(database, "operator:invoices"),
    valid("param", idParameter),
    valid("json", creditRequestSchema),
    (context) => {
      const { id } = context.req.valid("param");
      const body = context.req.valid("json");
      return once(context, database, body, async (transaction) => {
        const note = there(await credit(transaction, id, body, now()));
        if (note.credited !== body.number) {
          const detail = `expected ${note.credited}, the number of this invoice`;
          throw new Problem("refused", undefined, [{ field: "number", reason: "different", detail }]);
        }
        return {
          status: 201,
          body: there(await readShownInvoice(transaction, settings, note.id, {}, now())),
          audit: {
            customer: note.customer,
            subject: note.id,
            details: { number: note.number, credits: note.credited, isIssuedAgain: body.isIssuedAgain },
          },
        };
      });
    },
  );
  return app;
}

function refuseVatId(): never {
  const detail = "it can't be a VAT id of this country: compare it with the certificate, or leave it out (null)";
  throw new Problem("refused", undefined, [{ field: "vatId", reason: "invalid", detail }]);
}
