import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";

/** Days before a tenant's end at which its customer is warned. */
const warningDays = [7, 1] as const;

/** What a customer is warned of. */
export interface SendableWarning {
  readonly email: string;
  readonly address: string;
  readonly endsAt: Date;
  /** What ends then: the `trial` of a tenant, its `time`, or a staging `copy`, which is removed. */
  readonly what: "trial" | "time" | "copy";
}

/**
 * Warns the customers whose tenants and staging copies come to their end: once for each of `warningDays`, and of those that are due at the same time only the
 * nearest. A mail that can't be sent is tried again in the next look.
 *
 * @returns how many were sent.
 */
export async function sendWarnings(
  database: Database,
  now: Date,
  send: (warning: SendableWarning) => Promise<void>,
): Promise<number> {
  const latest = new Date(now.getTime() + Math.max(...warningDays) * 86_400_000);
  const end = sql<Date>`least(tenant.expires_at, tenant.trial_until, tenant.copy_until)`;
  const ending = await database
    .selectFrom("tenant")
    .innerJoin("customer", "customer.id", "tenant.customer_id")
    .select(["tenant.id", "tenant.address", "customer.email", end.as("endsAt")])
    .select(
      sql<SendableWarning["what"]>`case when tenant.copy_of is not null then 'copy'
        when tenant.trial_until is not distinct from ${end} then 'trial' else 'time' end`.as("what"),
    )
    .where("tenant.made_state", "is not", null)
    .where("tenant.deleted_at", "is", null)
    .where("tenant.delete_at", "is", null)
    .where(end, ">", now)
    .where(end, "<=", latest)
    .execute();
  return eachAlone(
    database,
    ending,
    async (transaction, { id, ...warning }) => {
      // Sending takes its time: it may have got another end by now.
      const isStill = await transaction
        .selectFrom("tenant")
        .select("id")
        .where("id", "=", id)
        .where("deleted_at", "is", null)
        .where("delete_at", "is", null)
        .where(sql<boolean>`date_trunc('milliseconds', ${end}) = ${warning.endsAt}`)
        .executeTakeFirst();
      if (!isStill) {
        return false;
      }
      const left = warning.endsAt.getTime() - now.getTime();
      const days = Math.min(...warningDays.filter((each) => left <= each * 86_400_000));
      const fresh = await transaction
        .insertInto("warning")
        .values({ tenant_id: id, ends_at: warning.endsAt, days })
        .onConflict((conflict) => conflict.doNothing())
        .returning("days")
        .executeTakeFirst();
      if (fresh) {
        await send(warning);
      }
      return fresh !== undefined;
    },
    ({ id }) => `a warning of tenant ${id} wasn't sent`,
  );
}
