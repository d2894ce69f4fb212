import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import type { WebhookTable } from "../database/webhookTables.ts";

/** What an owner is told of a webhook that was disabled. */
export interface SendableDisabling {
  readonly email: string;
  readonly webhook: string;
  /** Host of its URL; what is behind that may be a secret. */
  readonly host: string;
  readonly why: NonNullable<WebhookTable["disabled_why"]>;
}

/**
 * Tells who made a webhook that it was disabled. A mail that can't be sent is tried again in the next look.
 *
 * @returns how many were sent.
 */
export async function sendDisablings(
  database: Database,
  now: Date,
  send: (disabling: SendableDisabling) => Promise<void>,
): Promise<number> {
  const untold = await database
    .selectFrom("webhook")
    .select("id")
    .where("disabled_at", "is not", null)
    .where("told_at", "is", null)
    .execute();
  return eachAlone(
    database,
    untold,
    async (transaction, { id }) => {
      // Not one that another process is telling, and not one that was enabled since.
      const row = await transaction
        .selectFrom("webhook")
        .innerJoin("customer", "customer.id", "webhook.customer_id")
        .select(["webhook.url", "webhook.disabled_why", "customer.email"])
        .where("webhook.id", "=", id)
        .where("webhook.disabled_at", "is not", null)
        .where("webhook.told_at", "is", null)
        .forUpdate("webhook")
        .skipLocked()
        .executeTakeFirst();
      if (row) {
        const { url, disabled_why: why, email } = row;
        await transaction.updateTable("webhook").set({ told_at: now }).where("id", "=", id).execute();
        await send({ email, webhook: id, host: new URL(url).host, why: why! });
      }
      return row !== undefined;
    },
    ({ id }) => `that webhook ${id} was disabled wasn't told`,
  );
}
