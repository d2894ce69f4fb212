import { Hono } from "hono";
import { readInvoice } from "../invoices/invoices.ts";
import { readShownInvoice } from "../payments/arrears.ts";
import { readCards, removeCard } from "../payments/cards.ts";
import { askForCard, askForOtherCard, askToPay, readCheckout } from "../payments/checkouts.ts";
import { notePayment } from "../payments/payments.ts";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { invoiceSchema } from "./invoiceSchemas.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { cardListSchema, checkoutSchema, paymentRequestSchema } from "./paymentSchemas.ts";
import { Problem } from "./problems.ts";
import { idParameter, noQuery } from "./schemas.ts";

/** Pages of the payment service that customers ask for, their cards, and payments that operators found. */
export function paymentRoutes({ database, settings, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  for (const { path, scope, ask, named } of [
    {
      path: "/invoices/:id/checkouts",
      scope: "invoices:write",
      ask: askToPay,
      named: {
        id: "payInvoice",
        summary: "Ask for a page on which an invoice is paid by card; the worker has it made",
      },
    },
    {
      path: "/orders/:id/checkouts",
      scope: "orders:write",
      ask: askForCard,
      named: {
        id: "storeCard",
        summary: "Ask for a page on which the card is stored that an order waits for; the worker has it made",
      },
    },
  ] as const) {
    app.post(
      path,
      describe({
        ...named,
        scope,
        isWrite: true,
        success: { status: 201, description: "The page, to be read until it is `open`", schema: checkoutSchema },
      }),
      demand(database, scope),
      valid("param", idParameter),
      (context) => {
        const { customer } = context.var.caller;
        const { id } = context.req.valid("param");
        return once(context, database, null, async (transaction) => {
          const checkout = there(await ask({ transaction, settings, customer, now: now() }, id));
          return { status: 201, body: checkout, audit: { customer, subject: id } };
        });
      },
    );
  }

  app.get(
    "/cards",
    describe({
      id: "listCards",
      summary: "The cards that are stored for the customer",
      scope: "invoices:read",
      success: { status: 200, description: "The cards", schema: cardListSchema },
    }),
    demand(database, "invoices:read"),
    valid("query", noQuery),
    async (context) => context.json({ cards: await readCards(database, context.var.caller.customer) }),
  );

  app.post(
    "/cards/checkouts",
    describe({
      id: "storeOtherCard",
      summary: "Ask for a page on which another card is stored, which is charged from then on; the worker has it made",
      scope: "invoices:write",
      isWrite: true,
      success: { status: 201, description: "The page, to be read until it is `open`", schema: checkoutSchema },
    }),
    demand(database, "invoices:write"),
    (context) => {
      const { customer } = context.var.caller;
      return once(context, database, null, async (transaction) => {
        const checkout = await askForOtherCard({ transaction, settings, customer, now: now() });
        return { status: 201, body: checkout, audit: { customer, subject: customer } };
      });
    },
  );

  app.delete(
    "/cards/:id",
    describe({
      id: "removeCard",
      summary: "Remove a card: nothing is charged to it any more, and the payment service forgets it",
      scope: "invoices:write",
      isWrite: true,
      success: { status: 200, description: "The cards that are left", schema: cardListSchema },
    }),
    demand(database, "invoices:write"),
    valid("param", idParameter),
    (context) => {
      const { customer } = context.var.caller;
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const wasThere = await removeCard(transaction, customer, id, now());
        const cards = there(wasThere ? await readCards(transaction, customer) : undefined);
        return { status: 200, body: { cards }, audit: { customer, subject: customer } };
      });
    },
  );

  app.get(
    "/checkouts/:id",
    describe({
      id: "readCheckout",
      summary: "A page of the payment service that was asked for",
      scope: "invoices:read",
      success: { status: 200, description: "The page", schema: checkoutSchema },
    }),
    demand(database, "invoices:read"),
    valid("param", idParameter),
    valid("query", noQuery),
    async (context) => {
      const { customer } = context.var.caller;
      return context.json(there(await readCheckout(database, customer, context.req.valid("param").id, now())));
    },
  );

  app.post(
    "/operator/invoices/:id/payments",
    describe({
      id: "notePayment",
      summary: "For operators: note that an invoice was paid, by a transfer for instance",
      scope: "operator:invoices",
      isWrite: true,
      success: { status: 201, description: "The invoice", schema: invoiceSchema },
    }),
    demand(database, "operator:invoices"),
    valid("param", idParameter),
    valid("json", paymentRequestSchema),
    (context) => {
      const { id } = context.req.valid("param");
      const body = context.req.valid("json");
      return once(context, database, body, async (transaction) => {
        const { number, customer } = there(await readInvoice(transaction, id, {}, now()));
        if (number !== body.number) {
          const detail = `expected ${number}, the number of this invoice`;
          throw new Problem("refused", undefined, [{ field: "number", reason: "different", detail }]);
        }
        const noted = await notePayment(
          transaction,
          { invoice: id, way: "operator", reference: body.reference },
          now(),
        );
        if (noted !== "paid") {
          throw new Problem("state", "nothing is to be paid of it: it is paid, cancelled, or no invoice");
        }
        const paid = there(await readShownInvoice(transaction, settings, id, {}, now()));
        return { status: 201, body: paid, audit: { customer, subject: id, details: { number } } };
      });
    },
  );
  return app;
}
