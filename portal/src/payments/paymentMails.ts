import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import { type AddressedInvoice, addressedInvoice } from "./addressedInvoice.ts";

/** What a customer is told of an invoice. */
export interface SendablePayment extends AddressedInvoice {
  /** `paid`; `refunded`: what was paid of it, and isn't owed, went back; `declined`: it couldn't be charged to his card. */
  readonly became: "paid" | "refunded" | "declined";
}

/**
 * Tells customers what became of the payments of their invoices. One that can't be sent is tried again in the next look.
 *
 * @returns how many were sent.
 */
export async function sendPayments(
  database: Database,
  now: Date,
  send: (payment: SendablePayment) => Promise<void>,
): Promise<number> {
  const untold = await database
    .selectFrom("payment")
    .select("id")
    .where("told_at", "is", null)
    .where("state", "in", ["paid", "refunded"])
    .execute();
  const declined = await database
    .selectFrom("charge")
    .select("invoice_id")
    .where("told_at", "is", null)
    .where("state", "=", "declined")
    .execute();
  const payments = await eachAlone(
    database,
    untold,
    async (transaction, { id }) => {
      // Not one that another process is telling.
      const row = await transaction
        .updateTable("payment")
        .set({ told_at: now })
        .where("id", "=", id)
        .where("told_at", "is", null)
        .where("state", "in", ["paid", "refunded"])
        .returning(["invoice_id", "state"])
        .executeTakeFirst();
      if (row) {
        const became = row.state === "paid" ? "paid" : "refunded";
        await send({ became, ...(await addressedInvoice(transaction, row.invoice_id)) });
      }
      return row !== undefined;
    },
    ({ id }) => `what became of payment ${id} wasn't told`,
  );
  const charges = await eachAlone(
    database,
    declined,
    async (transaction, { invoice_id }) => {
      const row = await transaction
        .updateTable("charge")
        .set({ told_at: now })
        .where("invoice_id", "=", invoice_id)
        .where("told_at", "is", null)
        .where("state", "=", "declined")
        .returning("invoice_id")
        .executeTakeFirst();
      if (row) {
        await send({ became: "declined", ...(await addressedInvoice(transaction, invoice_id)) });
      }
      return row !== undefined;
    },
    ({ invoice_id }) => `that invoice ${invoice_id} couldn't be charged wasn't told`,
  );
  return payments + charges;
}
