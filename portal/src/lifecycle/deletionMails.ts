import { sql } from "kysely";
import { isAlone } from "../database/alone.ts";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";

/** What a customer is told of a tenant that is to be deleted. */
export interface SendableDeletion {
  readonly email: string;
  readonly address: string;
  readonly tenant: string;
  readonly deleteAt: Date;
}

/**
 * Tells customers that a tenant of theirs is to be deleted, when, and how that is undone: whoever said so, the mail reaches whom it concerns. One
 * that can't be sent is tried again in the next look.
 *
 * @returns how many were sent.
 */
export async function sendDeletions(
  database: Database,
  now: Date,
  send: (deletion: SendableDeletion) => Promise<void>,
): Promise<number> {
  const untold = await database
    .selectFrom("tenant")
    .select("id")
    .where("delete_at", "is not", null)
    .where("deletion_told_at", "is", null)
    .where("deleted_at", "is", null)
    .execute();
  return eachAlone(
    database,
    untold,
    async (transaction, { id }) => {
      if (!(await isAlone(transaction, "deletion", id))) {
        return false;
      }
      // Not one that was told, or undone, since.
      const row = await transaction
        .selectFrom("tenant")
        .innerJoin("customer", "customer.id", "tenant.customer_id")
        .select(["tenant.id as tenant", "tenant.address", "tenant.delete_at", "customer.email"])
        .where("tenant.id", "=", id)
        .where("tenant.delete_at", "is not", null)
        .where("tenant.deletion_told_at", "is", null)
        .executeTakeFirst();
      if (row) {
        const { delete_at: deleteAt, ...deletion } = row;
        await send({ ...deletion, deleteAt: deleteAt! });
        // Only now: whoever undoes it while a mail server hangs isn't kept waiting by the row.
        await transaction
          .updateTable("tenant")
          .set({ deletion_told_at: now })
          .where("id", "=", id)
          .where(sql<boolean>`date_trunc('milliseconds', delete_at) = ${deleteAt}`)
          .execute();
      }
      return row !== undefined;
    },
    ({ id }) => `that tenant ${id} is to be deleted wasn't told`,
  );
}
