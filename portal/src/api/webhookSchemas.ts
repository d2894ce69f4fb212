import { z } from "zod";
import { eventTypes, testType } from "../webhooks/events.ts";
import { keptCharacters } from "../webhooks/post.ts";
import { mostWebhooks, rotationHours } from "../webhooks/webhooks.ts";
import { id, moment, text } from "./commonSchemas.ts";
import { nextCursor } from "./schemas.ts";

const count = z.int().min(0).max(2_147_483_647);
const event = z.enum(eventTypes);

/** A webhook to make. */
export const webhookRequestSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https$/ })
      .max(2000)
      .meta({ description: "Who is told, by HTTPS, on the internet", example: "https://erp.example.org/odoo-events" }),
    events: z
      .array(event)
      .min(1)
      .max(eventTypes.length)
      .meta({ description: "What it is told of", example: ["tenant.ready"] }),
    description: text(200).optional().meta({ description: "What it is for", example: "our ERP" }),
  })
  .meta({ ref: "WebhookRequest" });

/** A webhook without its secret. */
export const webhookSchema = z
  .object({
    id,
    url: z.string(),
    events: z.array(z.string()),
    description: z.string(),
    createdAt: moment,
    failingSince: moment.nullable().meta({ description: "Since when each try failed; null: the last one didn't" }),
    disabledAt: moment.nullable().meta({ description: "Since when it is told of nothing; null: it is" }),
    disabledWhy: z.enum(["gone", "failing"]).nullable().meta({
      description: "`gone`: it answered 410; `failing`: it failed for days; null: it is enabled",
    }),
    formerSecretEndsAt: moment
      .nullable()
      .meta({ description: "Until when the former secret signs beside the newest; null: that one alone signs" }),
  })
  .meta({ ref: "Webhook" });

/** A webhook that was made. */
export const newWebhookSchema = z.object({
  webhook: webhookSchema,
  secret: z.string().nullable().meta({ description: "Signs; shown once, and null when the request is repeated" }),
});

/** A page of webhooks. */
export const webhookListSchema = z.object({
  webhooks: z.array(webhookSchema).meta({ description: `At most ${mostWebhooks} can be made` }),
  next: nextCursor,
});

/** Another secret to make. */
export const rotationRequestSchema = z
  .strictObject({
    formerHours: z.int().min(0).max(rotationHours).default(rotationHours).meta({
      description: "Hours for which the former secret signs too; 0: none, as somebody else knows it",
    }),
  })
  .meta({ ref: "SecretRotation" });

/** One try to tell. */
const attemptSchema = z
  .object({
    at: moment,
    milliseconds: count,
    status: z.int().min(100).max(999).nullable().meta({ description: "HTTP status; null: there was no answer" }),
    fault: z.string().nullable().meta({ description: "Why there was no answer" }),
    answer: z
      .string()
      .nullable()
      .meta({ description: `Beginning of the answer's body, at most ${keptCharacters} characters` }),
  })
  .meta({ ref: "WebhookAttempt" });

/** Something that is delivered. */
export const deliverySchema = z
  .object({
    id,
    webhook: id,
    event: id.meta({ description: "`webhook-id` of each try: who is told twice knows it by that" }),
    type: z.enum([...eventTypes, testType]),
    state: z.enum(["pending", "done", "failed"]),
    createdAt: moment,
    nextTryAt: moment.nullable(),
    endedAt: moment.nullable(),
    attempts: z.array(attemptSchema),
  })
  .meta({ ref: "WebhookDelivery" });

/** A page of deliveries. */
export const deliveryListSchema = z.object({ deliveries: z.array(deliverySchema), next: nextCursor });
