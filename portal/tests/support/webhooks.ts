import assert from "node:assert/strict";
import type { DeliveryView } from "../../src/webhooks/deliveries.ts";
import type { WebhookView } from "../../src/webhooks/webhooks.ts";
import type { TestApi } from "./api.ts";

/** Makes a webhook, as its owner does. @returns it, and its secret. */
export async function madeWebhook(
  api: TestApi,
  token: string,
  url: string,
  changes: { readonly events?: readonly string[]; readonly path?: string } = {},
): Promise<{ id: string; secret: string; webhook: WebhookView }> {
  const { events = ["tenant.ready"], path = "/webhooks" } = changes;
  const answer = await api.send("POST", path, { token, body: { url, events } });
  const text = await answer.text();
  assert.equal(answer.status, 201, text);
  const { webhook, secret } = JSON.parse(text) as { webhook: WebhookView; secret: string };
  return { id: webhook.id, secret, webhook };
}

/** What a webhook was told, the newest first. */
export async function deliveriesOf(
  api: TestApi,
  token: string,
  webhook: string,
  path = "/webhooks",
): Promise<DeliveryView[]> {
  const answer = await api.send("GET", `${path}/${webhook}/deliveries?limit=100`, { token });
  return ((await answer.json()) as { deliveries: DeliveryView[] }).deliveries;
}

/** Sends a test event. */
export async function testOf(api: TestApi, token: string, webhook: string): Promise<DeliveryView> {
  const answer = await api.send("POST", `/webhooks/${webhook}/test`, { token });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text) as DeliveryView;
}
