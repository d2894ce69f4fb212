import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import { newId } from "../orders/identifiers.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import type { EventType } from "./events.ts";
import { newSigningSecret, readWebhookKey, seal } from "./secrets.ts";
import { demandTarget } from "./target.ts";

/** Whose webhooks are meant: a customer's, which are told of his tenants, or the operators', which are told of all. */
export type WebhookOwner = { readonly customer: string } | "operators";

/** Webhooks that an owner can have. */
export const mostWebhooks = 10;

/** Hours for which a former secret signs beside the new one, unless less is asked for. */
export const rotationHours = 24;

/** A webhook to make. */
export interface WebhookRequest {
  readonly url: string;
  readonly events: readonly EventType[];
  readonly description: string;
}

/** A webhook as its owner sees it: without its secret. */
export interface WebhookView {
  readonly id: string;
  readonly url: string;
  readonly events: string[];
  readonly description: string;
  readonly createdAt: string;
  /** Since when each try failed; null: the last one didn't. */
  readonly failingSince: string | null;
  /** Since when it is told of nothing; null: it is. */
  readonly disabledAt: string | null;
  readonly disabledWhy: "gone" | "failing" | null;
  /** Until when a former secret signs too; null: none does. */
  readonly formerSecretEndsAt: string | null;
}

/**
 * Makes a webhook. Its secret is returned here and never again.
 *
 * @param customer who makes it, and is told when it is disabled.
 * @throws OrderRefusedError when its URL can't be told anything.
 * @throws OrderStateError when there are as many as can be, or no worker is there that could sign.
 */
export async function createWebhook(
  transaction: Database,
  owner: WebhookOwner,
  customer: string,
  { url, events, description }: WebhookRequest,
  now: Date,
): Promise<{ webhook: WebhookView; secret: string }> {
  demandTarget(url);
  // One at a time: two at once would both be the last that there is room for.
  await sql`select pg_advisory_xact_lock(hashtextextended(${JSON.stringify(owner)}, 7130014))`.execute(transaction);
  const { count } = await webhookRows(transaction, owner, now)
    .clearSelect()
    .select((select) => select.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  if (Number(count) >= mostWebhooks) {
    throw new OrderStateError(`there are ${count} webhooks; expected at most ${mostWebhooks}: delete one first`);
  }
  const id = newId();
  await transaction
    .insertInto("webhook")
    .values({
      id,
      customer_id: customer,
      reach: owner === "operators" ? "all" : "own",
      url,
      events: [...new Set(events)],
      description,
    })
    .execute();
  const secret = await addSecret(transaction, id, now);
  return { webhook: (await readWebhook(transaction, owner, id, now))!, secret };
}

/** One webhook of an owner; undefined when there is none, or when it is somebody else's. */
export async function readWebhook(
  database: Database,
  owner: WebhookOwner,
  id: string,
  now: Date,
): Promise<WebhookView | undefined> {
  const row = await webhookRows(database, owner, now).where("webhook.id", "=", id).executeTakeFirst();
  return row && viewOf(row);
}

/** An owner's webhooks, the newest first. */
export async function listWebhooks(
  database: Database,
  owner: WebhookOwner,
  { before, limit }: PageRequest,
  now: Date,
): Promise<{ webhooks: WebhookView[]; next: string | undefined }> {
  let rows = webhookRows(database, owner, now).orderBy("webhook.number", "desc");
  if (before !== undefined) {
    rows = rows.where("webhook.number", "<", before);
  }
  const { page, next } = await readPage(rows, limit);
  return { webhooks: page.map(viewOf), next };
}

/** Removes a webhook with all that was delivered to it; false when there is none, or when it is somebody else's. */
export async function deleteWebhook(transaction: Database, owner: WebhookOwner, id: string): Promise<boolean> {
  if (!(await lockWebhook(transaction, owner, id))) {
    return false;
  }
  await transaction.deleteFrom("webhook").where("id", "=", id).execute();
  return true;
}

/**
 * Lets a webhook that was disabled be told again, from now on.
 *
 * @returns false when there is none, or when it is somebody else's.
 * @throws OrderStateError when it isn't disabled.
 */
export async function enableWebhook(transaction: Database, owner: WebhookOwner, id: string): Promise<boolean> {
  const found = await lockWebhook(transaction, owner, id);
  if (!found) {
    return false;
  }
  if (found.disabled_at === null) {
    throw new OrderStateError("it is enabled already");
  }
  await transaction
    .updateTable("webhook")
    .set({ disabled_at: null, disabled_why: null, failing_since: null, told_at: null })
    .where("id", "=", id)
    .execute();
  return true;
}

/**
 * Gives a webhook another secret, which signs from now on; the former one signs beside it for some hours.
 *
 * @param hours none: the former secrets end at once, as somebody else knows one.
 * @returns the secret, which is returned here and never again; undefined when there is no such webhook, or when it is somebody else's.
 * @throws OrderStateError when a former secret signs still, and isn't to end at once.
 */
export async function rotateSecret(
  transaction: Database,
  owner: WebhookOwner,
  id: string,
  hours: number,
  now: Date,
): Promise<string | undefined> {
  if (!(await lockWebhook(transaction, owner, id))) {
    return undefined;
  }
  const former = await transaction
    .selectFrom("webhook_secret")
    .select("ends_at")
    .where("webhook_id", "=", id)
    .where("ends_at", ">", now)
    .executeTakeFirst();
  if (former && hours > 0) {
    throw new OrderStateError(
      `a former secret signs until ${former.ends_at!.toISOString()}; wait for that, or end it at once: formerHours 0`,
    );
  }
  const endsAt = new Date(now.getTime() + hours * 3_600_000);
  await transaction
    .updateTable("webhook_secret")
    .set({ ends_at: endsAt })
    .where("webhook_id", "=", id)
    .where((row) => row.or([row("ends_at", "is", null), row("ends_at", ">", endsAt)]))
    .execute();
  return addSecret(transaction, id, now);
}

async function addSecret(transaction: Database, webhook: string, now: Date): Promise<string> {
  const publicKey = await readWebhookKey(transaction);
  if (publicKey === undefined) {
    throw new OrderStateError("no worker has noted the key that secrets are sealed for; ask the provider to start one");
  }
  const secret = newSigningSecret();
  const sealed = await seal(publicKey, webhook, secret);
  await transaction
    .insertInto("webhook_secret")
    .values({ id: newId(), webhook_id: webhook, sealed, created_at: now })
    .execute();
  return secret;
}

/** A webhook's row, which nobody else changes until the transaction ends. */
export async function lockWebhook(
  transaction: Database,
  owner: WebhookOwner,
  id: string,
): Promise<{ disabled_at: Date | null } | undefined> {
  const rows = transaction.selectFrom("webhook").select("disabled_at").where("id", "=", id).forUpdate();
  return (
    owner === "operators"
      ? rows.where("reach", "=", "all")
      : rows.where("reach", "=", "own").where("customer_id", "=", owner.customer)
  ).executeTakeFirst();
}

// Its type is the query so far, which only Kysely can spell out.
function webhookRows(database: Database, owner: WebhookOwner, now: Date) {
  const rows = database
    .selectFrom("webhook")
    .selectAll("webhook")
    .select((row) =>
      row
        .selectFrom("webhook_secret")
        .select((secret) => secret.fn.max("ends_at").as("ends_at"))
        .whereRef("webhook_secret.webhook_id", "=", "webhook.id")
        .where("webhook_secret.ends_at", ">", now)
        .as("former_ends_at"),
    );
  return owner === "operators"
    ? rows.where("reach", "=", "all")
    : rows.where("reach", "=", "own").where("customer_id", "=", owner.customer);
}

type WebhookRow = Awaited<ReturnType<ReturnType<typeof webhookRows>["execute"]>>[number];

function viewOf(row: WebhookRow): WebhookView {
  return {
    id: row.id,
    url: row.url,
    events: row.events,
    description: row.description,
    createdAt: row.created_at.toISOString(),
    failingSince: row.failing_since?.toISOString() ?? null,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    disabledWhy: row.disabled_why,
    formerSecretEndsAt: row.former_ends_at?.toISOString() ?? null,
  };
}
