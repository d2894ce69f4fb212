import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import type { ReminderStep } from "../database/paymentTables.ts";
import type { Settings } from "../settings.ts";
import { type AddressedInvoice, addressedInvoice } from "./addressedInvoice.ts";
import { arrearsOf, unpaidInvoices } from "./arrears.ts";

/** What a customer is reminded of. */
export interface SendableReminder extends AddressedInvoice {
  readonly step: ReminderStep;
  readonly dueAt: Date;
  readonly suspendsAt: Date;
}

/**
 * Reminds customers of what isn't paid: before it is due, a day after that, before their tenants are suspended, and when they are; each once. Of steps that were missed only
 * the latest is told. One that can't be sent is tried again in the next look, and nobody is suspended before.
 *
 * @returns how many were sent.
 */
export async function sendReminders(
  database: Database,
  { invoices }: Pick<Settings, "invoices">,
  now: Date,
  send: (reminder: SendableReminder) => Promise<void>,
): Promise<number> {
  const suspendDays = invoices?.suspendDays;
  if (suspendDays === undefined) {
    return 0;
  }
  const unpaid = await unpaidInvoices(database);
  return eachAlone(
    database,
    unpaid,
    async (transaction, { id }) => {
      // Sending takes its time: it may be paid by now, or its customer have got more time.
      const [invoice] = await unpaidInvoices(transaction, { invoices: [id] });
      if (!invoice) {
        return false;
      }
      const { step, suspendsAt } = arrearsOf(invoice, suspendDays, now);
      if (step === undefined || (isOfTenants(step) && !(await hasTenants(transaction, invoice.customer)))) {
        return false;
      }
      const fresh = await transaction
        .insertInto("reminder")
        .values({
          ...{ invoice_id: invoice.id, step, sent_at: now },
          of_at: isOfTenants(step) ? suspendsAt : invoice.dueAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning("step")
        .executeTakeFirst();
      if (fresh) {
        await send({ ...(await addressedInvoice(transaction, invoice.id)), step, dueAt: invoice.dueAt, suspendsAt });
      }
      return fresh !== undefined;
    },
    ({ id }) => `a reminder of invoice ${id} wasn't sent`,
  );
}

const isOfTenants = (step: ReminderStep): boolean => step === "last" || step === "suspended";

async function hasTenants(transaction: Database, customer: string): Promise<boolean> {
  const row = await transaction
    .selectFrom("tenant")
    .select("id")
    .where("customer_id", "=", customer)
    .where("made_state", "is not", null)
    .where("deleted_at", "is", null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
