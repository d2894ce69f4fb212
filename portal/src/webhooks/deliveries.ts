import type { Database } from "../database/connect.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import { emitTest } from "./events.ts";
import { lockWebhook, type WebhookOwner } from "./webhooks.ts";

/** One try as its owner sees it. */
export interface AttemptView {
  readonly at: string;
  readonly milliseconds: number;
  readonly status: number | null;
  readonly fault: string | null;
  readonly answer: string | null;
}

/** A delivery as its owner sees it. */
export interface DeliveryView {
  readonly id: string;
  readonly webhook: string;
  /** Id of the event: `webhook-id` of each try. */
  readonly event: string;
  readonly type: string;
  readonly state: "pending" | "done" | "failed";
  readonly createdAt: string;
  readonly nextTryAt: string | null;
  readonly endedAt: string | null;
  /** The first one first. */
  readonly attempts: readonly AttemptView[];
}

/** What was, or is to be, delivered to an owner's webhook, the newest first. */
export async function listDeliveries(
  database: Database,
  owner: WebhookOwner,
  webhook: string,
  { before, limit }: PageRequest,
): Promise<{ deliveries: DeliveryView[]; next: string | undefined }> {
  let rows = deliveryRows(database, owner).where("webhook.id", "=", webhook).orderBy("webhook_delivery.number", "desc");
  if (before !== undefined) {
    rows = rows.where("webhook_delivery.number", "<", before);
  }
  const { page, next } = await readPage(rows, limit);
  return { deliveries: await viewsOf(database, page), next };
}

/** One delivery of an owner; undefined when there is none, or when it is somebody else's. */
async function readDelivery(database: Database, owner: WebhookOwner, id: string): Promise<DeliveryView | undefined> {
  const rows = await deliveryRows(database, owner).where("webhook_delivery.id", "=", id).execute();
  return (await viewsOf(database, rows))[0];
}

/**
 * Has something delivered again that is over, by the id that it had: with as many tries as a new one.
 *
 * @returns undefined when there is no such delivery, or when it is somebody else's.
 * @throws OrderStateError when it isn't over yet, or its webhook is disabled.
 */
export async function redeliver(
  transaction: Database,
  owner: WebhookOwner,
  id: string,
  now: Date,
): Promise<DeliveryView | undefined> {
  const found = await deliveryRows(transaction, owner)
    .where("webhook_delivery.id", "=", id)
    .forUpdate(["webhook", "webhook_delivery"])
    .executeTakeFirst();
  if (!found) {
    return undefined;
  }
  if (found.state === "pending") {
    throw new OrderStateError("it is under way; expected one that is done or failed");
  }
  demandEnabled(found);
  await transaction
    .updateTable("webhook_delivery")
    .set({ state: "pending", tries: 0, next_at: now, ended_at: null })
    .where("id", "=", id)
    .execute();
  return readDelivery(transaction, owner, id);
}

/**
 * Sends an event to a webhook that says nothing but that it is a test.
 *
 * @returns its delivery; undefined when there is no such webhook, or when it is somebody else's.
 * @throws OrderStateError when the webhook is disabled.
 */
export async function sendTest(
  transaction: Database,
  owner: WebhookOwner,
  webhook: string,
  now: Date,
): Promise<DeliveryView | undefined> {
  const found = await lockWebhook(transaction, owner, webhook);
  if (!found) {
    return undefined;
  }
  demandEnabled(found);
  return readDelivery(transaction, owner, await emitTest(transaction, webhook, now));
}

function demandEnabled({ disabled_at }: { readonly disabled_at: Date | null }): void {
  if (disabled_at !== null) {
    throw new OrderStateError("the webhook is disabled; enable it first");
  }
}

// Its type is the query so far, which only Kysely can spell out.
function deliveryRows(database: Database, owner: WebhookOwner) {
  const rows = database
    .selectFrom("webhook_delivery")
    .innerJoin("webhook", "webhook.id", "webhook_delivery.webhook_id")
    .innerJoin("webhook_event", "webhook_event.id", "webhook_delivery.event_id")
    .selectAll("webhook_delivery")
    .select(["webhook_event.type", "webhook.disabled_at"]);
  return owner === "operators"
    ? rows.where("webhook.reach", "=", "all")
    : rows.where("webhook.reach", "=", "own").where("webhook.customer_id", "=", owner.customer);
}

type DeliveryRow = Awaited<ReturnType<ReturnType<typeof deliveryRows>["execute"]>>[number];

async function viewsOf(database: Database, rows: readonly DeliveryRow[]): Promise<DeliveryView[]> {
  const ids = rows.map(({ id }) => id);
  const attempts =
    ids.length === 0
      ? []
      : await database
          .selectFrom("webhook_attempt")
          .selectAll()
          .where("delivery_id", "in", ids)
          .orderBy("id")
          .execute();
  return rows.map((row) => ({
    id: row.id,
    webhook: row.webhook_id,
    event: row.event_id,
    type: row.type,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    nextTryAt: row.next_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    attempts: attempts
      .filter(({ delivery_id }) => delivery_id === row.id)
      .map(({ at, milliseconds, status, fault, answer }) => ({
        at: at.toISOString(),
        milliseconds,
        status,
        fault,
        answer,
      })),
  }));
}
