import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { OrderRefusedError } from "./orderErrors.ts";

/** Days after an order on trial in which its mailbox gets no other one. */
export const trialDaysApart = 365;

/**
 * Refuses a second trial for one mailbox, whichever tag its address has after a `+` (ASVS 5.0, 2.4.1). Only confirmed orders count. To be
 * asked of those alone who have proven their address: anybody else would learn whose customer somebody is. It is the mailbox that the customer came to be with, whoever is in
 * its team by now: who leaves one gets no other trial by founding another.
 *
 * @param except the order that is being confirmed
 * @throws OrderRefusedError when the mailbox had one.
 */
export async function demandFirstTrial(transaction: Database, customer: string, except = ""): Promise<void> {
  const mailbox = (email: string) => sql<string>`regexp_replace(${sql.ref(email)}, '\\+[^@]*@', '@')`;
  const had = await transaction
    .selectFrom("customer as asking")
    .innerJoin("customer as known", (join) => join.on(mailbox("known.founded_by"), "=", mailbox("asking.founded_by")))
    .innerJoin("order", "order.customer_id", "known.id")
    .where("asking.id", "=", customer)
    .where("order.id", "!=", except)
    .where("order.is_trial", "=", true)
    .where("order.state", "=", "confirmed")
    .where("order.confirmed_at", ">", sql<Date>`now() - make_interval(days => ${trialDaysApart})`)
    .select("order.id")
    .limit(1)
    .executeTakeFirst();
  if (had) {
    throw new OrderRefusedError("trial", "had", "this e-mail address had its trial already; order without one");
  }
}
