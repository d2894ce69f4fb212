import { Hono } from "hono";
import { judgeAddress } from "../orders/addresses.ts";
import { confirmOrder, sendableConfirmation, type SendableConfirmation } from "../orders/confirmations.ts";
import { demandFewOpenOrders } from "../orders/openOrders.ts";
import { cancelOrder, listOrders, placeOrder, readOrder } from "../orders/orders.ts";
import { paymentWay } from "../payments/payment.ts";
import { demandFirstTrial } from "../orders/trials.ts";
import { readPlanContents } from "../plans/planContents.ts";
import { usualTimes } from "../plans/usualTime.ts";
import type { ApiParts } from "./app.ts";
import { guestOrderRoutes } from "./guestOrderRoutes.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { planListSchema } from "./planSchemas.ts";
import { Problem } from "./problems.ts";
import { offeredPlans } from "../settings.ts";
import * as schemas from "./schemas.ts";

const order = { status: 200, description: "The order", schema: schemas.orderSchema } as const;

/** Plans, addresses, orders and their confirmation. */
export function orderRoutes(parts: ApiParts): Hono<ApiEnv> {
  const { database, settings, queue, sendConfirmation, sessions } = parts;
  const app = new Hono<ApiEnv>();

  app.get(
    "/plans",
    describe({
      id: "listPlans",
      summary: "What is sold",
      success: { status: 200, description: "Plans and releases", schema: planListSchema },
    }),
    valid("query", schemas.noQuery),
    async (context) => {
      const [contents, usual] = await Promise.all([readPlanContents(database), usualTimes(database)]);
      const plans = offeredPlans(settings).map(([name, plan]) => ({
        name,
        ...plan,
        asleepPrice: plan.asleepPrice ?? plan.price,
        content: contents.get(name) ?? null,
      }));
      const { odooVersions, termsUrl = null } = settings;
      const sets = Object.entries(settings.sets).map(([name, set]) => ({ name, ...set }));
      return context.json({ plans, odooVersions, termsUrl, payment: paymentWay(settings), sets, ...usual });
    },
  );

  app.get(
    "/addresses/:address",
    describe({
      id: "readAddress",
      summary: "Whether an address can be ordered; it may be somebody's a moment later",
      success: { status: 200, description: "The address", schema: schemas.addressSchema },
    }),
    valid("param", schemas.addressParameter),
    valid("query", schemas.noQuery),
    async (context) => {
      const { address } = context.req.valid("param");
      const reason = (await judgeAddress(database, address)) ?? null;
      return context.json({ address, isFree: reason === null, reason });
    },
  );

  app.get(
    "/orders",
    describe({
      id: "listOrders",
      summary: "The customer's orders, the newest first",
      scope: "orders:read",
      success: { status: 200, description: "A page", schema: schemas.orderListSchema },
    }),
    demand(database, "orders:read"),
    valid("query", schemas.pageQuery),
    async (context) => {
      const { limit, cursor } = context.req.valid("query");
      const page = await listOrders(database, context.var.caller.customer, { limit, before: cursor });
      return context.json({ orders: page.orders, next: page.next ?? null });
    },
  );

  app.post(
    "/orders",
    describe({
      id: "placeOrder",
      summary: "Order a tenant; its code of confirmation goes to the e-mail address of who orders",
      scope: "orders:write",
      isWrite: true,
      success: { ...order, status: 201, description: "The order; `waitingBehind` says whether it waits for a place" },
    }),
    demand(database, "orders:write"),
    valid("json", schemas.orderRequestSchema),
    (context) => {
      const { caller } = context.var;
      const request = context.req.valid("json");
      return once(context, database, request, async (transaction) => {
        await demandFewOpenOrders(transaction, caller.customer);
        if (request.trial) {
          await demandFirstTrial(transaction, caller.customer);
        }
        const placed = await placeOrder(transaction, settings, queue, caller, request);
        const { id, tenant, address, plan, sets, trial } = placed.order;
        return {
          status: 201,
          body: placed.order,
          afterwards: () => sendOrLog(placed.confirmation),
          audit: {
            tenant,
            subject: id,
            details: { address, plan, trial, ...(sets.length > 0 && { sets: sets.join(", ") }) },
          },
        };
      });
    },
  );

  app.route("/", guestOrderRoutes(parts, sendOrLog));

  app.get(
    "/orders/:id",
    describe({ id: "readOrder", summary: "One order", scope: "orders:read", success: order }),
    demand(database, "orders:read"),
    valid("param", schemas.idParameter),
    valid("query", schemas.noQuery),
    async (context) => {
      const found = await readOrder(database, context.var.caller.customer, context.req.valid("param").id);
      return context.json(there(found));
    },
  );

  app.delete(
    "/orders/:id",
    describe({
      id: "cancelOrder",
      summary: "Take an order back; its address and place are free at once",
      scope: "orders:write",
      isWrite: true,
      success: order,
    }),
    demand(database, "orders:write"),
    valid("param", schemas.idParameter),
    (context) => {
      const { customer } = context.var.caller;
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const cancelled = there(await cancelOrder(transaction, settings, queue, customer, id));
        return { status: 200, body: cancelled, audit: { tenant: cancelled.tenant, subject: id } };
      });
    },
  );

  app.post(
    "/orders/:id/confirmations",
    describe({
      id: "sendConfirmation",
      summary: "Send another code of confirmation",
      scope: "orders:write",
      isWrite: true,
      success: { status: 204, description: "It is on its way" },
    }),
    demand(database, "orders:write"),
    valid("param", schemas.idParameter),
    (context) => {
      const { customer, email } = context.var.caller;
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const { state, tenant } = there(await readOrder(transaction, customer, id));
        if (state !== "unconfirmed") {
          throw new Problem("state", `the order is ${state}; only an unconfirmed one has a code`);
        }
        const confirmation = await sendableConfirmation(transaction, id, email);
        return { status: 204, afterwards: () => sendOrLog(confirmation), audit: { tenant, subject: id } };
      });
    },
  );

  app.post(
    "/confirmations",
    describe({
      id: "confirmOrder",
      summary: "Confirm an order by the code of its mail, which works once",
      isWrite: true,
      success: { status: 200, description: "It is confirmed", schema: schemas.confirmedSchema },
    }),
    valid("json", schemas.confirmationRequestSchema),
    (context) => {
      const request = context.req.valid("json");
      return once(context, database, request, async (transaction) => {
        const confirmed = await confirmOrder(transaction, settings, queue, request.code);
        if (!confirmed) {
          throw new Problem("notFound", "the code is unknown, was used, or came too late: have another one sent");
        }
        const { order, tenant } = confirmed;
        // The code has proven the address: whoever confirms on the portal's own page is signed in there.
        const isPage = context.req.header("Origin") === settings.origin;
        const afterwards = async () => (isPage ? sessions?.openConfirmed(context, confirmed) : undefined);
        return { status: 200, body: { order }, audit: { tenant, subject: order }, afterwards };
      });
    },
  );

  /** A mail server that is down costs no order: another code can be sent. */
  async function sendOrLog(confirmation: SendableConfirmation): Promise<void> {
    try {
      await sendConfirmation(confirmation);
    } catch (error) {
      console.error(`a mail of confirmation wasn't sent: ${error instanceof Error ? error.message : "unknown"}`);
    }
  }
  return app;
}
