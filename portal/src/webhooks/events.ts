import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { JobKind } from "../database/schema.ts";
import { newId } from "../orders/identifiers.ts";

/** What a webhook can be told of. */
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
] as const;

/** One of `eventTypes`. */
export type EventType = (typeof eventTypes)[number];

/** The event that is told on request alone. */
export const testType = "webhook.test";

/** Ids of what an event is about: whoever is told reads the rest by the API, with a token. */
export interface EventSubject {
  readonly tenant: string;
  readonly job?: string;
  readonly order?: string;
}

/** The event of a job that was done; the kinds that are left out change nothing that a customer sees. */
const eventOfJob: Partial<Readonly<Record<JobKind, EventType>>> = {
  create: "tenant.ready",
  suspend: "tenant.suspended",
  resume: "tenant.resumed",
  resize: "tenant.resized",
  restore: "tenant.restored",
  undo: "tenant.restoreUndone",
  copy: "tenant.copied",
  removeCopy: "tenant.copyRemoved",
  delete: "tenant.deleted",
};

/** What a staging copy tells of itself; that it stops and starts with its tenant is told of that one. */
const eventsOfCopies: readonly EventType[] = ["tenant.copied", "tenant.copyRemoved", "job.failed"];

/**
 * Writes an event down, with a delivery for each webhook that is told of it. To be called in the transaction that does what it says: neither can be without
 * the other. Without such a webhook nothing is written. What a staging copy comes to is told of its tenant.
 */
export async function emit(transaction: Database, type: EventType, subject: EventSubject, at: Date): Promise<void> {
  const { customer_id: customer, copy_of: source } = await transaction
    .selectFrom("tenant")
    .select(["customer_id", "copy_of"])
    .where("id", "=", subject.tenant)
    .executeTakeFirstOrThrow();
  if (source !== null && !eventsOfCopies.includes(type)) {
    return;
  }
  const told = await transaction
    .selectFrom("webhook")
    .select("id")
    .where("disabled_at", "is", null)
    .where((row) => row.or([row("reach", "=", "all"), row("customer_id", "=", customer)]))
    .where(sql<boolean>`${type} = any(events)`)
    .execute();
  if (told.length > 0) {
    await write(
      transaction,
      { type, at, data: { customer, ...subject, tenant: source ?? subject.tenant } },
      told.map(({ id }) => id),
    );
  }
}

/** Writes the event of a job that was done, if it has one. */
export async function emitDone(
  transaction: Database,
  { id, tenant, kind }: { readonly id: string; readonly tenant: string; readonly kind: JobKind },
  at: Date,
): Promise<void> {
  const type = eventOfJob[kind];
  if (type) {
    await emit(transaction, type, { tenant, job: id }, at);
  }
}

/** Writes an event that only one webhook is told of, to try it. @returns the delivery's id. */
export async function emitTest(transaction: Database, webhook: string, at: Date): Promise<string> {
  const [delivery] = await write(transaction, { type: testType, at, data: { webhook } }, [webhook]);
  return delivery!;
}

interface Told {
  readonly type: EventType | typeof testType;
  readonly at: Date;
  readonly data: object;
}

async function write(transaction: Database, { type, at, data }: Told, webhooks: readonly string[]): Promise<string[]> {
  const event = newId();
  // As the specification has it: a type, when it happened, and what it is about. Each try sends these very bytes.
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data });
  await transaction.insertInto("webhook_event").values({ id: event, type, body, created_at: at }).execute();
  const deliveries = webhooks.map((webhook) => ({
    id: newId(),
    webhook_id: webhook,
    event_id: event,
    state: "pending" as const,
    next_at: at,
  }));
  await transaction.insertInto("webhook_delivery").values(deliveries).execute();
  return deliveries.map(({ id }) => id);
}
