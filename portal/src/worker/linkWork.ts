import { RestoreError } from "odoo-fleet";
import type { Database } from "../database/connect.ts";
import type { LinkPurpose } from "../database/passwordTables.ts";
import { roleMay } from "../team/roles.ts";
import type { WorkerParts } from "./runJob.ts";
import { type Outcome, specOf, type Work } from "./work.ts";

/** Puts a link by which its administrator sets his password, or signs in, into a tenant that runs. Whatever fails, the tenant is as it was. */
export async function linkOffered(
  { database, provisioner }: WorkerParts,
  work: Work,
  purpose: LinkPurpose,
): Promise<Outcome> {
  const { tenant, report, signal } = work;
  report("preparing");
  const link = await database
    .selectFrom("password_link")
    .innerJoin("team_member", "team_member.id", "password_link.member_id")
    .selectAll("password_link")
    .select("team_member.role")
    .where("tenant_id", "=", tenant)
    .where("purpose", "=", purpose)
    .executeTakeFirst();
  if (!link) {
    throw new RestoreError(
      `tenant ${tenant} has no link that is to be made (${purpose}); expected that of a member of its customer's team`,
    );
  }
  const forget = (from: Database) =>
    from.deleteFrom("password_link").where("tenant_id", "=", tenant).where("purpose", "=", purpose).execute();
  try {
    if (!roleMay(link.role, "tenants:password")) {
      throw new RestoreError(`who asked for the link to tenant ${tenant} has another role now, which may have none`);
    }
    const { token_hash: tokenHash, until } = link;
    await provisioner.offerLink(await specOf(database, tenant), purpose, { tokenHash, until });
  } catch (error) {
    signal.throwIfAborted();
    // Only its customer has the link; he makes another one.
    await forget(database);
    throw error instanceof RestoreError ? error : new RestoreError("the link wasn't made", { cause: error });
  }
  return {
    phase: "ready",
    note: async (transaction) => {
      await forget(transaction);
    },
  };
}
