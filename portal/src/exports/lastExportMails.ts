import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";

/** What a customer is told of the last export of a tenant that was deleted. */
export interface SendableLastExport {
  readonly email: string;
  /** First label of the host name that it had. */
  readonly address: string;
  /** Until when it can be downloaded. */
  readonly until: Date;
  /** SHA-256 of its file, hexadecimal. */
  readonly sha256: string;
}

/**
 * Tells customers that a tenant of theirs is deleted, and until when its last export can be downloaded. One that can't be sent is tried again in the next look.
 *
 * @returns how many were sent.
 */
export async function sendLastExports(
  database: Database,
  now: Date,
  send: (last: SendableLastExport) => Promise<void>,
): Promise<number> {
  const untold = await database
    .selectFrom("export")
    .select("id")
    .where("to_be_told", "=", true)
    .where("until", ">", now)
    .execute();
  return eachAlone(
    database,
    untold,
    async (transaction, { id }) => {
      // Not one that another process is telling.
      const row = await transaction
        .selectFrom("export")
        .innerJoin("tenant", "tenant.id", "export.tenant_id")
        .innerJoin("customer", "customer.id", "tenant.customer_id")
        .select(["customer.email", "tenant.address", "export.until", "export.sha256"])
        .where("export.id", "=", id)
        .where("to_be_told", "=", true)
        .forUpdate("export")
        .skipLocked()
        .executeTakeFirst();
      if (row) {
        const { until, sha256, ...last } = row;
        await transaction.updateTable("export").set({ to_be_told: false }).where("id", "=", id).execute();
        await send({ ...last, until: until!, sha256: sha256! });
      }
      return row !== undefined;
    },
    ({ id }) => `that export ${id} is the last one wasn't told`,
  );
}
