import type { Generated } from "kysely";
import type { MadeAt } from "./schema.ts";

/** Who is told of events, and where. */
export interface WebhookTable {
  readonly id: string;
  readonly number: Generated<string>;
  /** Who made it, and is told when it is disabled. */
  readonly customer_id: string;
  /** Whose tenants it is told of: its customer's, or all; the latter are operators', all of them together. */
  readonly reach: "own" | "all";
  readonly url: string;
  readonly events: string[];
  readonly description: string;
  readonly created_at: MadeAt;
  /** When the first try failed that no successful one followed; null: the last one succeeded, or there was none. */
  failing_since: Date | null;
  /** From then on it is told of nothing; null: it is. */
  disabled_at: Date | null;
  /** It said that it is gone (410), or it failed for days. */
  disabled_why: "gone" | "failing" | null;
  /** When its owner was told by mail that it is disabled. */
  told_at: Date | null;
}

/** What signs for a webhook: sealed, so that only the worker can use it. */
export interface WebhookSecretTable {
  readonly id: string;
  readonly webhook_id: string;
  readonly sealed: string;
  readonly created_at: Date;
  /** Until when it signs beside a newer one; null: it is the newest. */
  ends_at: Date | null;
}

/** The worker's public key, which secrets are sealed for: one row. */
export interface WebhookKeyTable {
  readonly is_only: boolean;
  readonly public_key: string;
}

/** Something that happened, as it is told: written in the transaction that did it, and never changed. */
export interface WebhookEventTable {
  /** `webhook-id` of each request that tells of it. */
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly created_at: MadeAt;
}

/** An event that one webhook is told of. */
export interface WebhookDeliveryTable {
  readonly id: string;
  readonly number: Generated<string>;
  readonly webhook_id: string;
  readonly event_id: string;
  state: "pending" | "done" | "failed";
  /** Failed tries since it was asked for: a redelivery begins again. */
  tries: Generated<number>;
  /** When it is tried next; null: it is over. */
  next_at: Date | null;
  readonly created_at: MadeAt;
  ended_at: Date | null;
}

/** One try to tell a webhook. */
export interface WebhookAttemptTable {
  readonly id: Generated<string>;
  readonly delivery_id: string;
  readonly at: Date;
  readonly milliseconds: number;
  /** HTTP status of the answer; null: there was none. */
  readonly status: number | null;
  /** Why there was no answer. */
  readonly fault: string | null;
  /** Beginning of the answer's body. */
  readonly answer: string | null;
}

/** Tables of webhooks. */
export interface WebhookTables {
  readonly webhook: WebhookTable;
  readonly webhook_secret: WebhookSecretTable;
  readonly webhook_key: WebhookKeyTable;
  readonly webhook_event: WebhookEventTable;
  readonly webhook_delivery: WebhookDeliveryTable;
  readonly webhook_attempt: WebhookAttemptTable;
}
