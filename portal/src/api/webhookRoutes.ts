import { Hono } from "hono";
import {
  createWebhook,
  deleteWebhook,
  enableWebhook,
  listWebhooks,
  readWebhook,
  rotateSecret,
} from "../webhooks/webhooks.ts";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { idParameter, noQuery, pageQuery } from "./schemas.ts";
import { addDeliveries } from "./webhookDeliveryRoutes.ts";
import * as schemas from "./webhookSchemas.ts";
import { type Side, sides } from "./webhookSides.ts";

const webhook = { status: 200, description: "The webhook", schema: schemas.webhookSchema } as const;

/** Who is told of what happens. */
export function webhookRoutes(parts: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const side of sides) {
    addWebhooks(app, parts, side);
    addDeliveries(app, parts, side);
  }
  return app;
}

function addWebhooks(app: Hono<ApiEnv>, parts: ApiParts, { path, read, write, ownerOf, named }: Side): void {
  const { database, now = () => new Date() } = parts;

  app.get(
    `${path}/webhooks`,
    describe(
      named({
        id: "listWebhooks",
        summary: "Webhooks without their secrets, the newest first",
        scope: read,
        success: { status: 200, description: "A page", schema: schemas.webhookListSchema },
      }),
    ),
    demand(database, read),
    valid("query", pageQuery),
    async (context) => {
      const { limit, cursor } = context.req.valid("query");
      const page = await listWebhooks(database, ownerOf(context.var.caller), { limit, before: cursor }, now());
      return context.json({ webhooks: page.webhooks, next: page.next ?? null });
    },
  );

  app.post(
    `${path}/webhooks`,
    describe(
      named({
        id: "createWebhook",
        summary: "Make a webhook; the answer has the secret that signs, once",
        scope: write,
        isWrite: true,
        success: { status: 201, description: "The webhook, with its secret", schema: schemas.newWebhookSchema },
      }),
    ),
    demand(database, write),
    valid("json", schemas.webhookRequestSchema),
    (context) => {
      const { caller } = context.var;
      const { customer } = caller;
      const { description = "", ...request } = context.req.valid("json");
      return once(context, database, { ...request, description }, async (transaction) => {
        const asked = { ...request, description };
        const made = await createWebhook(transaction, ownerOf(caller), customer, asked, now());
        const { id, url, events } = made.webhook;
        return {
          status: 201,
          body: made,
          kept: { ...made, secret: null },
          // What is behind the host may be a secret of the endpoint's own.
          audit: { subject: id, details: { host: new URL(url).host, events: events.join(" ") } },
        };
      });
    },
  );

  app.get(
    `${path}/webhooks/:id`,
    describe(named({ id: "readWebhook", summary: "One webhook, without its secret", scope: read, success: webhook })),
    demand(database, read),
    valid("param", idParameter),
    valid("query", noQuery),
    async (context) => {
      const { id } = context.req.valid("param");
      return context.json(there(await readWebhook(database, ownerOf(context.var.caller), id, now())));
    },
  );

  app.delete(
    `${path}/webhooks/:id`,
    describe(
      named({
        id: "deleteWebhook",
        summary: "Remove a webhook at once, with all that is to be delivered to it",
        scope: write,
        isWrite: true,
        success: { status: 204, description: "It is gone" },
      }),
    ),
    demand(database, write),
    valid("param", idParameter),
    (context) => {
      const { caller } = context.var;
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        there((await deleteWebhook(transaction, ownerOf(caller), id)) || undefined);
        return { status: 204, audit: { subject: id } };
      });
    },
  );

  app.post(
    `${path}/webhooks/:id/enable`,
    describe(
      named({
        id: "enableWebhook",
        summary: "Let a webhook that was disabled be told again, from now on",
        scope: write,
        isWrite: true,
        success: webhook,
      }),
    ),
    demand(database, write),
    valid("param", idParameter),
    (context) => {
      const { caller } = context.var;
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const owner = ownerOf(caller);
        there((await enableWebhook(transaction, owner, id)) || undefined);
        return { status: 200, body: await readWebhook(transaction, owner, id, now()), audit: { subject: id } };
      });
    },
  );

  app.post(
    `${path}/webhooks/:id/secrets`,
    describe(
      named({
        id: "rotateWebhookSecret",
        summary: "Give a webhook another secret, beside which the former one signs for some hours",
        scope: write,
        isWrite: true,
        success: { status: 201, description: "The webhook, with its new secret", schema: schemas.newWebhookSchema },
      }),
    ),
    demand(database, write),
    valid("param", idParameter),
    valid("json", schemas.rotationRequestSchema),
    (context) => {
      const { caller } = context.var;
      const { id } = context.req.valid("param");
      const request = context.req.valid("json");
      return once(context, database, request, async (transaction) => {
        const owner = ownerOf(caller);
        const secret = there(await rotateSecret(transaction, owner, id, request.formerHours, now()));
        const made = { webhook: await readWebhook(transaction, owner, id, now()), secret };
        return { status: 201, body: made, kept: { ...made, secret: null }, audit: { subject: id, details: request } };
      });
    },
  );
}
