import { RestoreError } from "odoo-fleet";
import type { WorkerParts } from "./runJob.ts";
import { type Outcome, specOf, type Work } from "./work.ts";

/** Puts a link by which its administrator sets his password into a tenant that runs. Whatever fails, the tenant is as it was. */
export async function passwordOffered({ database, provisioner }: WorkerParts, work: Work): Promise<Outcome> {
  const { tenant, report, signal } = work;
  report("preparing");
  const link = await database
    .selectFrom("password_link")
    .selectAll()
    .where("tenant_id", "=", tenant)
    .executeTakeFirst();
  if (!link) {
    throw new RestoreError(`tenant ${tenant} has no link for a password that is to be made; expected its customer's`);
  }
  const forget = database.deleteFrom("password_link").where("tenant_id", "=", tenant);
  try {
    await provisioner.offerPassword(await specOf(database, tenant), { tokenHash: link.token_hash, until: link.until });
  } catch (error) {
    signal.throwIfAborted();
    // Only its customer has the link; he makes another one.
    await forget.execute();
    throw error instanceof RestoreError ? error : new RestoreError("the link wasn't made", { cause: error });
  }
  return {
    phase: "ready",
    note: async (transaction) => {
      await transaction.deleteFrom("password_link").where("tenant_id", "=", tenant).execute();
    },
  };
}
