import type { Agent } from "node:https";
import { sql } from "kysely";
import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { isTaken, post, type TryResult } from "./post.ts";
import type { WebhookKeys } from "./secrets.ts";
import { isGivenUp, nextTry } from "./tries.ts";

/** What deliveries are made with. */
export interface DeliveryParts {
  readonly database: Database;
  /** Connects to the endpoints, and refuses what isn't one. */
  readonly agent: Agent;
  readonly keys: WebhookKeys;
  /** The clock that tries go by; by default the machine's. */
  readonly now?: () => Date;
  /** From 0 to 1, but not 1. */
  readonly random?: () => number;
}

/** Deliveries that are made in one go; then others have their turn. */
const atOnce = 50;

/** Days for which deliveries are kept, for their owners to look at and to have them made again. */
const keptDays = 30;

/** The webhooks that something is due of. */
export async function dueWebhooks(database: Database, now: Date): Promise<string[]> {
  const rows = await database
    .selectFrom("webhook_delivery")
    .select("webhook_id")
    .where("state", "=", "pending")
    .where("next_at", "<=", now)
    .groupBy("webhook_id")
    .orderBy(sql`min(next_at)`)
    .execute();
  return rows.map((row) => row.webhook_id);
}

/**
 * Tells a webhook what is due, one thing after another, up to the first that it doesn't take: what else is due then waits for the next look, as an endpoint that is away
 * would take as many timeouts. To be called by one at a time for a webhook; a second one that does nonetheless tells it twice, by the same id.
 *
 * @param signal ends the try that is under way: it counts as none.
 */
export async function deliverDue(parts: DeliveryParts, webhook: string, signal: AbortSignal): Promise<void> {
  for (let made = 0; made < atOnce; made += 1) {
    const isOn = await deliverNext(parts, webhook, signal);
    if (!isOn) {
      return;
    }
  }
}

/** @returns whether there was something due that was taken. */
async function deliverNext(parts: DeliveryParts, webhook: string, signal: AbortSignal): Promise<boolean> {
  const { database, agent, now = () => new Date() } = parts;
  const at = now();
  const due = await database
    .selectFrom("webhook_delivery as delivery")
    .innerJoin("webhook", "webhook.id", "delivery.webhook_id")
    .innerJoin("webhook_event as event", "event.id", "delivery.event_id")
    .select(["delivery.id", "webhook.url", "event.id as event", "event.body"])
    .where("webhook.id", "=", webhook)
    .where("delivery.state", "=", "pending")
    .where("delivery.next_at", "<=", at)
    .orderBy("delivery.next_at")
    .orderBy("delivery.number")
    .executeTakeFirst();
  if (!due) {
    return false;
  }
  const secrets = await secretsOf(parts, webhook, at);
  const begun = performance.now();
  const result =
    secrets.length > 0
      ? await post({ url: due.url, id: due.event, body: due.body, secrets, at }, agent, signal)
      : { status: null, fault: "its secret can't be read any more: rotate it", answer: null };
  await note(parts, webhook, due.id, { ...result, at, milliseconds: Math.round(performance.now() - begun) });
  return isTaken(result);
}

/** What signs now: the newest secret first, and each former one until its end. */
async function secretsOf({ database, keys }: DeliveryParts, webhook: string, now: Date): Promise<string[]> {
  const rows = await database
    .selectFrom("webhook_secret")
    .select("sealed")
    .where("webhook_id", "=", webhook)
    .where((row) => row.or([row("ends_at", "is", null), row("ends_at", ">", now)]))
    .orderBy(sql`ends_at desc nulls first`)
    .execute();
  const opened = await Promise.all(rows.map(({ sealed }) => keys.open(webhook, sealed)));
  return opened.filter((secret) => secret !== undefined);
}

interface Attempt extends TryResult {
  readonly at: Date;
  readonly milliseconds: number;
}

/** Notes what came of a try, and what follows. */
async function note(parts: DeliveryParts, webhook: string, delivery: string, attempt: Attempt): Promise<void> {
  const { database, random = Math.random } = parts;
  await database.transaction().execute(async (transaction) => {
    // In the sequence in which a removal locks them: the webhook first. Either may be gone, or over, by now.
    const failing = await transaction
      .selectFrom("webhook")
      .select("failing_since")
      .where("id", "=", webhook)
      .forUpdate()
      .executeTakeFirst();
    const row = await transaction
      .selectFrom("webhook_delivery")
      .select(["tries", "state"])
      .where("id", "=", delivery)
      .forUpdate()
      .executeTakeFirst();
    if (!failing || !row) {
      return;
    }
    await transaction
      .insertInto("webhook_attempt")
      .values({ delivery_id: delivery, ...attempt })
      .execute();
    if (row.state !== "pending") {
      return;
    }
    if (isTaken(attempt)) {
      await end(transaction, delivery, "done", attempt.at);
      await transaction.updateTable("webhook").set({ failing_since: null }).where("id", "=", webhook).execute();
      return;
    }
    const tries = row.tries + 1;
    const next = nextTry(tries, attempt.at, random());
    if (next) {
      await transaction
        .updateTable("webhook_delivery")
        .set({ tries, next_at: next })
        .where("id", "=", delivery)
        .execute();
    } else {
      await transaction.updateTable("webhook_delivery").set({ tries }).where("id", "=", delivery).execute();
      await end(transaction, delivery, "failed", attempt.at);
    }
    const since = failing.failing_since ?? attempt.at;
    await transaction.updateTable("webhook").set({ failing_since: since }).where("id", "=", webhook).execute();
    const why = attempt.status === 410 ? "gone" : isGivenUp(since, attempt.at) ? "failing" : undefined;
    if (why) {
      await disable(transaction, webhook, why, attempt.at);
    }
  });
}

async function end(transaction: Database, delivery: string, state: "done" | "failed", at: Date): Promise<void> {
  await transaction
    .updateTable("webhook_delivery")
    .set({ state, next_at: null, ended_at: at })
    .where("id", "=", delivery)
    .execute();
}

/** A webhook that is disabled is told of nothing more; what it wasn't told is kept, to be delivered again. */
async function disable(transaction: Database, webhook: string, why: "gone" | "failing", at: Date): Promise<void> {
  const disabled = await transaction
    .updateTable("webhook")
    .set({ disabled_at: at, disabled_why: why, told_at: null })
    .where("id", "=", webhook)
    .where("disabled_at", "is", null)
    .returning(["customer_id", "reach"])
    .executeTakeFirst();
  if (disabled) {
    await record(transaction, {
      ...{ actor: "worker", action: "webhook.disabled", subject: webhook, details: { why } },
      ...(disabled.reach === "own" && { customer: disabled.customer_id }),
    });
  }
  await transaction
    .updateTable("webhook_delivery")
    .set({ state: "failed", next_at: null, ended_at: at })
    .where("webhook_id", "=", webhook)
    .where("state", "=", "pending")
    .execute();
}

/** Forgets events with their deliveries after `keptDays`, and secrets that have ended. */
export async function forgetOldWebhooks(database: Database, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptDays * 86_400_000);
  await database
    .deleteFrom("webhook_event")
    .where("created_at", "<", before)
    // One that was asked for again isn't over yet.
    .where((event) =>
      event.not(
        event.exists(
          event
            .selectFrom("webhook_delivery")
            .select("webhook_delivery.id")
            .whereRef("webhook_delivery.event_id", "=", "webhook_event.id")
            .where("webhook_delivery.state", "=", "pending"),
        ),
      ),
    )
    .execute();
  await database.deleteFrom("webhook_secret").where("ends_at", "<=", now).execute();
}
