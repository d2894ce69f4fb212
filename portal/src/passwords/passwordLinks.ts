import { loginLink, passwordLink } from "odoo-fleet/fleet";
import type { LinkPurpose } from "../database/passwordTables.ts";
import { demandNoJob } from "../jobs/demandNoJob.ts";
import { queueJob } from "../jobs/queueJobs.ts";
import type { ChangeParts } from "../lifecycle/changes.ts";
import { findTenant } from "../lifecycle/findTenant.ts";
import { hashOf, newSecret } from "../orders/identifiers.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces } from "../orders/slots.ts";
import { demandNoRestore } from "../restores/restores.ts";

/** Minutes for which a link works, unless it was used or another one follows: who signs in is led there at once. */
const linkMinutes: Readonly<Record<LinkPurpose, number>> = { password: 24 * 60, login: 5 };

const links = { password: passwordLink, login: loginLink } as const;

/** A link as it is told, once. */
export interface NewLink {
  readonly link: string;
  /** What puts it into the tenant: from its end on the link works. */
  readonly job: string;
  readonly until: Date;
}

/**
 * Makes a link by which a tenant's administrator sets his own password, or signs in without one. Its token is returned here and is nowhere else: the worker gets its hash.
 *
 * @param parts `member`: who asks for it; it is made for him alone, as long as his role may have it.
 * @param find what it is of: `findCopy`, of the tenant's staging copy. Default: of the tenant itself.
 * @returns undefined when there is no such tenant, or when it is somebody else's.
 * @throws OrderStateError when it doesn't run, has a job, or is between two sets of data.
 */
export async function makeLink(
  { transaction, queue, now, customer, member }: ChangeParts & { readonly member: string },
  of: string,
  purpose: LinkPurpose,
  find: typeof findTenant = findTenant,
): Promise<NewLink | undefined> {
  await lockPlaces(transaction);
  const found = await find(transaction, of, customer);
  if (!found) {
    return undefined;
  }
  const tenant = found.id;
  if (found.made_state !== "running" || found.url === null) {
    throw new OrderStateError(
      found.made_state ? "it is suspended; start it first" : "the tenant was never ready",
      found.made_state ? "notRunning" : "neverReady",
    );
  }
  await demandNoJob(transaction, tenant);
  await demandNoRestore(transaction, tenant);
  const token = newSecret();
  const until = new Date(now.getTime() + linkMinutes[purpose] * 60_000);
  const to = { token_hash: hashOf(token), member_id: member, until };
  await transaction
    .insertInto("password_link")
    .values({ tenant_id: tenant, purpose, ...to })
    .onConflict((conflict) => conflict.columns(["tenant_id", "purpose"]).doUpdateSet(to))
    .execute();
  const job = await queueJob(transaction, queue, { tenant, kind: purpose });
  return { link: links[purpose](found.url, token), job, until };
}
