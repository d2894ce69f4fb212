import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import type { PaymentNoticeTable } from "../database/paymentTables.ts";
import { printed } from "../invoices/number.ts";
import { operatorRoles, scopesOfOperator } from "../login/operatorRoles.ts";
import { moneyText } from "../pages/money.ts";
import type { Mail } from "./mailTexts.ts";
import type { Money } from "./payment.ts";

/** What operators are told of a payment that its service takes back. */
export interface SendableNotice extends Money {
  readonly operators: readonly string[];
  /** Of the invoice. */
  readonly number: string;
  readonly what: PaymentNoticeTable["what"];
  readonly answerBy: Date | null;
}

/** Operators who look after invoices. */
const billing = operatorRoles.filter((role) => scopesOfOperator(role).includes("operator:invoices"));

/**
 * Tells the operators who look after invoices of payments that their service takes back. One that can't be sent is tried again in the next look; so is one while there is no
 * such operator.
 *
 * @returns how many were sent.
 */
export async function sendNotices(
  database: Database,
  now: Date,
  send: (notice: SendableNotice) => Promise<void>,
): Promise<number> {
  const untold = await database.selectFrom("payment_notice").select("id").where("told_at", "is", null).execute();
  if (untold.length === 0) {
    return 0;
  }
  const { rows } = await sql<{ email: string }>`
    select email from operator where role = any(${billing}::text[]) order by email`.execute(database);
  const operators = rows.map(({ email }) => email);
  return eachAlone(
    database,
    operators.length === 0 ? [] : untold,
    async (transaction, { id }) => {
      // Not one that another process is telling.
      const row = await transaction
        .updateTable("payment_notice")
        .set({ told_at: now })
        .where("id", "=", id)
        .where("told_at", "is", null)
        .returning(["invoice_id", "what", "amount", "answer_by"])
        .executeTakeFirst();
      if (row) {
        const invoice = await transaction
          .selectFrom("invoice")
          .selectAll()
          .where("id", "=", row.invoice_id)
          .executeTakeFirstOrThrow();
        const { currency } = invoice;
        const { what, amount, answer_by: answerBy } = row;
        await send({ operators, number: printed(invoice), what, amount: Number(amount), currency, answerBy });
      }
      return row !== undefined;
    },
    ({ id }) => `notice ${id} of a payment wasn't told`,
  );
}

/** Writes to operators, in English as all that they read. @param page where invoices are. */
export function noticeMail(
  { operators, number, what, amount, currency, answerBy }: SendableNotice,
  page: string,
): Mail {
  const sum = moneyText("en", amount, currency);
  const by = answerBy ? ` by ${answerBy.toISOString().slice(0, 10)}` : "";
  const [subject, text] = {
    refunded: [
      `The payment of invoice ${number} was refunded at Stripe`,
      `${sum}, all of it, went back. A credit note cancels the invoice.`,
    ],
    refundedInPart: [
      `A part of the payment of invoice ${number} was refunded at Stripe`,
      `${sum} of it went back in all. The invoice stays as it is, paid: a credit note is of a whole invoice. To settle it, refund the rest, which cancels it, and bill the difference.`,
    ],
    disputed: [
      `The payment of invoice ${number} is disputed`,
      `The payer's bank asks for ${sum} back. Answer it at Stripe${by}; until that is decided the invoice counts as paid.`,
    ],
    won: [`The dispute of invoice ${number} is over`, `${sum} stays yours. The invoice is paid, as before.`],
    lost: [
      `The dispute of invoice ${number} is lost`,
      `${sum} is gone. The invoice is owed again, and its customer is reminded of it. If it isn't owed, cancel it by a credit note.`,
    ],
  }[what] as [string, string];
  return { to: operators.join(", "), subject, text: [text, "", page].join("\n") };
}
