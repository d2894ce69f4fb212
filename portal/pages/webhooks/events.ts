import type { Schemas } from "../api.ts";

/** One thing that a webhook can be told of. */
export type EventType = Schemas["WebhookRequest"]["events"][number];

/** What a webhook can be told of, in the sequence in which it is asked. */
export const eventTypes = [
  "order.confirmed",
  "tenant.ready",
  "tenant.suspended",
  "tenant.resumed",
  "tenant.resized",
  "tenant.restored",
  "tenant.restoreUndone",
  "tenant.copied",
  "tenant.copyRemoved",
  "tenant.deleted",
  "job.failed",
] as const satisfies readonly EventType[];

/** The key of an event's text. */
export const eventText = (type: string): string => `webhooks.events.${type.replace(".", "-")}`;
