import type { Hono } from "hono";
import { listDeliveries, redeliver, sendTest } from "../webhooks/deliveries.ts";
import { readWebhook } from "../webhooks/webhooks.ts";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { idParameter, pageQuery } from "./schemas.ts";
import * as schemas from "./webhookSchemas.ts";
import type { Side } from "./webhookSides.ts";

const delivery = { status: 200, description: "The delivery", schema: schemas.deliverySchema } as const;

/** What webhooks were told, and what they are to be told again. */
export function addDeliveries(app: Hono<ApiEnv>, parts: ApiParts, { path, read, write, ownerOf, named }: Side): void {
  const { database, now = () => new Date() } = parts;

  app.post(
    `${path}/webhooks/:id/test`,
    describe(
      named({
        id: "testWebhook",
        summary: "Send a webhook an event that says nothing but that it is a test",
        scope: write,
        isWrite: true,
        success: delivery,
      }),
    ),
    demand(database, write),
    valid("param", idParameter),
    (context) => {
      const { caller } = context.var;
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const sent = there(await sendTest(transaction, ownerOf(caller), id, now()));
        return { status: 200, body: sent, audit: { subject: id, details: { event: sent.event } } };
      });
    },
  );

  app.get(
    `${path}/webhooks/:id/deliveries`,
    describe(
      named({
        id: "listWebhookDeliveries",
        summary: "What a webhook was told, or is to be, the newest first, with each try",
        scope: read,
        success: { status: 200, description: "A page", schema: schemas.deliveryListSchema },
      }),
    ),
    demand(database, read),
    valid("param", idParameter),
    valid("query", pageQuery),
    async (context) => {
      const { id } = context.req.valid("param");
      const { limit, cursor } = context.req.valid("query");
      const owner = ownerOf(context.var.caller);
      there(await readWebhook(database, owner, id, now()));
      const page = await listDeliveries(database, owner, id, { limit, before: cursor });
      return context.json({ deliveries: page.deliveries, next: page.next ?? null });
    },
  );

  app.post(
    `${path}/webhook-deliveries/:id/redeliver`,
    describe(
      named({
        id: "redeliverWebhook",
        summary: "Deliver again what is done or failed, by the id that it had",
        scope: write,
        isWrite: true,
        success: delivery,
      }),
    ),
    demand(database, write),
    valid("param", idParameter),
    (context) => {
      const { caller } = context.var;
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const again = there(await redeliver(transaction, ownerOf(caller), id, now()));
        return { status: 200, body: again, audit: { subject: again.webhook, details: { event: again.event } } };
      });
    },
  );
}
