import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { changeTimes } from "../lifecycle/changes.ts";
import { arrearsOf, unpaidInvoices } from "../payments/arrears.ts";
import type { Settings } from "../settings.ts";

/** What suspends for what isn't paid. */
export interface ArrearsParts {
  readonly database: Database;
  readonly settings: Pick<Settings, "invoices">;
  readonly queue: JobQueue;
}

/**
 * Suspends the tenants of customers who don't pay, and lets them run again when they have. It goes by what is, so that a worker that was killed goes on. To be called
 * again and again.
 *
 * @returns of how many tenants something changed.
 */
export async function settleArrears({ database, settings, queue }: ArrearsParts, now: Date): Promise<number> {
  // Never empty, which SQL's lists aren't.
  const owing = ["", ...(await owingCustomers(database, settings, now))];
  const tenants = await database
    .selectFrom("tenant")
    .select(["id", "customer_id as customer"])
    .where("made_state", "is not", null)
    .where("deleted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .where((row) =>
      row.or([
        row.and([row("customer_id", "in", owing), row("unpaid_at", "is", null)]),
        row.and([row("customer_id", "not in", owing), row("unpaid_at", "is not", null)]),
      ]),
    )
    .orderBy("created_at")
    .execute();
  return eachAlone(
    database,
    tenants,
    async (transaction, { id: tenant, customer }) => {
      const isOwing = (await owingCustomers(transaction, settings, now, customer)).length > 0;
      let isChanged = false;
      await changeTimes({ transaction, queue, now, customer }, tenant, ({ unpaid_at }) => {
        isChanged = (unpaid_at !== null) !== isOwing;
        return { unpaid_at: isOwing ? (unpaid_at ?? now) : null };
      });
      if (isChanged) {
        const action = isOwing ? "tenant.unpaid" : "tenant.paid";
        await record(transaction, { actor: "worker", action, customer, tenant, subject: tenant });
      }
      return isChanged;
    },
    ({ id }) => `whether tenant ${id} is suspended as unpaid wasn't settled; it is tried again in half a minute`,
  );
}

/** Customers with an invoice for which their tenants are suspended now. */
async function owingCustomers(
  database: Database,
  { invoices }: Pick<Settings, "invoices">,
  now: Date,
  customer?: string,
): Promise<string[]> {
  const suspendDays = invoices?.suspendDays;
  if (suspendDays === undefined) {
    return [];
  }
  const unpaid = await unpaidInvoices(database, customer === undefined ? {} : { customer });
  const due = unpaid.filter((one) => arrearsOf(one, suspendDays, now).step === "suspended");
  return [...new Set(due.map((one) => one.customer))];
}
