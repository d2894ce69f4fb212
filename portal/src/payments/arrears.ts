import type { Database } from "../database/connect.ts";
import type { ReminderStep } from "../database/paymentTables.ts";
import { type InvoiceFilter, type InvoiceView, readInvoice } from "../invoices/invoices.ts";
import type { Settings } from "../settings.ts";

const dayMilliseconds = 86_400_000;

/** Days: of the first reminder before an invoice is due, of the second after it, of the last before tenants are suspended, and least ones between the second and that. */
const days = { soon: 3, overdue: 1, last: 3, notice: 7 } as const;

/** An invoice that isn't paid. */
export interface Unpaid {
  readonly dueAt: Date;
  /** When its customer was told that it is overdue; null: not yet. */
  readonly toldAt: Date | null;
  /** Until when he has more time, by an operator's word; null: none. */
  readonly deferredUntil: Date | null;
}

/** What is due of an invoice that isn't paid, at a moment. */
export interface Arrears {
  /** What its customer is to have been told by now; undefined: nothing. */
  readonly step: ReminderStep | undefined;
  /** From when on his tenants are suspended, unless it is paid or he gets more time. */
  readonly suspendsAt: Date;
}

/**
 * What is due of an invoice that isn't paid. Nobody is suspended who wasn't told a week before that it is overdue, however late that mail could be sent.
 *
 * @param suspendDays days after its due date.
 */
export function arrearsOf({ dueAt, toldAt, deferredUntil }: Unpaid, suspendDays: number, now: Date): Arrears {
  const at = (moment: Date, after: number): number => moment.getTime() + after * dayMilliseconds;
  const overdue = at(dueAt, days.overdue);
  const noticed = toldAt ? at(toldAt, days.notice) : at(new Date(Math.max(overdue, now.getTime())), days.notice);
  const suspends = Math.max(at(dueAt, suspendDays), noticed, deferredUntil?.getTime() ?? 0);
  const suspendsAt = new Date(suspends);
  if (toldAt && now >= suspendsAt) {
    return { step: "suspended", suspendsAt };
  }
  if (toldAt && now.getTime() >= at(suspendsAt, -days.last)) {
    return { step: "last", suspendsAt };
  }
  if (now.getTime() >= overdue) {
    return { step: "overdue", suspendsAt };
  }
  return { step: now < dueAt && now.getTime() >= at(dueAt, -days.soon) ? "soon" : undefined, suspendsAt };
}

/** An invoice that isn't paid, and whose it is. */
export interface UnpaidInvoice extends Unpaid {
  readonly id: string;
  readonly customer: string;
}

/** Which are asked for: all by default. */
interface UnpaidFilter {
  readonly customer?: string;
  readonly invoices?: readonly string[];
}

/** Invoices that aren't paid and have a consequence: not what is being charged, nor what was issued before there were any. */
export function unpaidInvoices(
  database: Database,
  { customer, invoices }: UnpaidFilter = {},
): Promise<UnpaidInvoice[]> {
  let rows = database
    .selectFrom("invoice")
    .innerJoin("customer", "customer.id", "invoice.customer_id")
    .leftJoin("reminder", (join) =>
      join.onRef("reminder.invoice_id", "=", "invoice.id").on("reminder.step", "=", "overdue"),
    )
    .leftJoin("reminder as former", (join) =>
      join.onRef("former.invoice_id", "=", "invoice.id").on("former.step", "=", "former"),
    )
    .leftJoin("payment", (join) => join.onRef("payment.invoice_id", "=", "invoice.id").on("payment.state", "=", "paid"))
    .leftJoin("charge", (join) => join.onRef("charge.invoice_id", "=", "invoice.id").on("charge.state", "=", "taken"))
    .leftJoin("invoice as note", "note.credits", "invoice.id")
    .select(["invoice.id", "invoice.customer_id as customer", "customer.deferred_until as deferredUntil"])
    .select("reminder.sent_at as toldAt")
    .select((row) => row.ref("invoice.due_at").$notNull().as("dueAt"))
    .where("invoice.credits", "is", null)
    .where("invoice.gross", ">", "0")
    .where("invoice.due_at", "is not", null)
    .where("note.id", "is", null)
    .where("payment.id", "is", null)
    .where("charge.invoice_id", "is", null)
    .where("former.invoice_id", "is", null)
    .orderBy("invoice.number");
  if (customer !== undefined) {
    rows = rows.where("invoice.customer_id", "=", customer);
  }
  if (invoices !== undefined) {
    rows = rows.where("invoice.id", "in", [...invoices]);
  }
  return rows.execute();
}

/** When what isn't paid of an invoice has which consequence. */
export interface ShownArrears {
  /** From when on its customer's tenants are suspended unless it is paid; null: nothing follows. */
  readonly suspendsAt: string | null;
  /** Until when he has more time, by an operator's word; null: he has none, or nothing is to be paid. */
  readonly deferredUntil: string | null;
}

/** Invoices with what follows when they aren't paid. */
export async function withArrears<One extends { readonly id: string }>(
  database: Database,
  { invoices: how }: Pick<Settings, "invoices">,
  invoices: readonly One[],
  now: Date,
): Promise<(One & ShownArrears)[]> {
  const ids = invoices.map(({ id }) => id);
  const suspendDays = how?.suspendDays;
  const unpaid = suspendDays !== undefined && ids.length > 0 ? await unpaidInvoices(database, { invoices: ids }) : [];
  const byId = new Map(unpaid.map((one) => [one.id, one]));
  return invoices.map((invoice) => {
    const found = byId.get(invoice.id);
    return {
      ...invoice,
      suspendsAt:
        found && suspendDays !== undefined ? arrearsOf(found, suspendDays, now).suspendsAt.toISOString() : null,
      deferredUntil: found?.deferredUntil?.toISOString() ?? null,
    };
  });
}

/** One invoice with what follows when it isn't paid; undefined when there is none, or when it is somebody else's. */
export async function readShownInvoice(
  database: Database,
  settings: Pick<Settings, "invoices">,
  id: string,
  filter: InvoiceFilter,
  now: Date,
): Promise<(InvoiceView & ShownArrears) | undefined> {
  const invoice = await readInvoice(database, id, filter, now);
  return invoice && (await withArrears(database, settings, [invoice], now))[0];
}

/** Gives a customer time to pay, or takes it back. @returns false when there is no such customer. */
export async function defer(transaction: Database, customer: string, until: Date | null): Promise<boolean> {
  const row = await transaction
    .updateTable("customer")
    .set({ deferred_until: until })
    .where("id", "=", customer)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}
