import { sql } from "kysely";
import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import type { InvoiceLine, Party } from "../database/invoiceTables.ts";
import { newId } from "../orders/identifiers.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import type { Settings } from "../settings.ts";
import { monthOf, monthSpan } from "../usage/months.ts";
import { linesOf, totalsOf } from "./amounts.ts";
import { giveBack } from "../payments/payments.ts";
import { buyerOf } from "./billing.ts";
import { printed } from "./number.ts";
import { isReverseCharged } from "./reverseCharge.ts";
import { pricedSpans } from "./prices.ts";

/** What is invoiced of a month. */
export interface Draft {
  readonly customer: string;
  readonly month: string;
  readonly currency: string;
  readonly attempt: number;
  readonly seller: Party;
  readonly buyer: Party;
  readonly lines: readonly InvoiceLine[];
  readonly vatRate: number;
  /** Whether the buyer accounts for the VAT; the rate is 0 then. Left out: he doesn't. */
  readonly isReverseCharged?: boolean;
  readonly dueDays: number;
}

const [dayMilliseconds, hourMilliseconds] = [86_400_000, 3_600_000];

/**
 * The next number of a year. Its row is locked until the transaction ends, so that numbers are given one after the other, and one that is rolled
 * back is given to the next.
 */
async function nextNumber(transaction: Database, year: number): Promise<number> {
  const { last } = await transaction
    .insertInto("invoice_counter")
    .values({ year, last: 1 })
    .onConflict((conflict) => conflict.column("year").doUpdateSet({ last: sql<number>`invoice_counter.last + 1` }))
    .returning("last")
    .executeTakeFirstOrThrow();
  return last;
}

/** Issues an invoice. @returns its id and its number. */
export async function issue(transaction: Database, draft: Draft, now: Date): Promise<{ id: string; number: string }> {
  const {
    customer,
    month,
    currency,
    attempt,
    seller,
    buyer,
    lines,
    vatRate,
    isReverseCharged = false,
    dueDays,
  } = draft;
  const { net, vat, gross } = totalsOf(lines, vatRate);
  const id = newId();
  const year = now.getUTCFullYear();
  const sequence = await nextNumber(transaction, year);
  await transaction
    .insertInto("invoice")
    .values({
      ...{ id, year, sequence, customer_id: customer, month, currency, attempt, credits: null, reason: null },
      ...{ seller: JSON.stringify(seller), buyer: JSON.stringify(buyer), lines: JSON.stringify(lines) },
      ...{ net: String(net), vat_rate: vatRate, is_reverse_charged: isReverseCharged, vat: String(vat) },
      gross: String(gross),
      ...{ issued_at: now, due_at: new Date(now.getTime() + dueDays * dayMilliseconds) },
    })
    .execute();
  const number = printed({ year, sequence });
  const details = { number, month, gross, currency };
  await record(transaction, { actor: "worker", action: "invoice.issued", customer, subject: id, details });
  return { id, number };
}

/**
 * Cancels a whole invoice by a credit note. What was paid of it by card goes back.
 *
 * @param isIssuedAgain whether the worker is to invoice the month anew, to whom is billed then.
 * @returns whose it is, and the credit note's id and number; undefined when there is no such invoice.
 * @throws OrderStateError when it is cancelled already, or is a credit note.
 */
export async function credit(
  transaction: Database,
  id: string,
  { reason, isIssuedAgain }: { readonly reason: string; readonly isIssuedAgain: boolean },
  now: Date,
): Promise<{ customer: string; credited: string; id: string; number: string } | undefined> {
  const invoice = await transaction
    .selectFrom("invoice")
    .selectAll()
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (!invoice) {
    return undefined;
  }
  if (invoice.credits !== null) {
    throw new OrderStateError("it is a credit note; expected an invoice");
  }
  const before = await transaction.selectFrom("invoice").selectAll().where("credits", "=", id).executeTakeFirst();
  if (before) {
    throw new OrderStateError(`it is cancelled already, by ${printed(before)}`);
  }
  const year = now.getUTCFullYear();
  const sequence = await nextNumber(transaction, year);
  const note = newId();
  const { customer_id, month, currency, attempt, vat_rate, is_reverse_charged } = invoice;
  const lines = invoice.lines.map((line) => ({ ...line, amount: -line.amount }));
  const negative = (amount: string): string => String(-BigInt(amount));
  await transaction
    .insertInto("invoice")
    .values({
      ...{ id: note, year, sequence, customer_id, month, currency, attempt, credits: id, reason },
      ...{ is_issued_again: isIssuedAgain, vat_rate, is_reverse_charged, issued_at: now, due_at: null },
      ...{ seller: JSON.stringify(invoice.seller), buyer: JSON.stringify(invoice.buyer), lines: JSON.stringify(lines) },
      ...{ net: negative(invoice.net), vat: negative(invoice.vat), gross: negative(invoice.gross) },
    })
    .execute();
  await giveBack(transaction, id);
  return { customer: customer_id, credited: printed(invoice), id: note, number: printed({ year, sequence }) };
}

/**
 * Issues what is due: an hour after a month's end, for each customer and currency, whatever was missed since `invoices.since`. To be called again and again.
 *
 * @returns for how many customers and months there was something.
 */
export async function issueDue(database: Database, settings: Pick<Settings, "invoices">, now: Date): Promise<number> {
  const { invoices } = settings;
  let issued = 0;
  for (const month of invoices ? monthsOver(invoices.since, now) : []) {
    issued += await eachAlone(
      database,
      await unbilled(database, month),
      (transaction, customer) => issueMonth(transaction, invoices!, customer, month, now),
      (customer) => `the invoice of customer ${customer} for ${month} wasn't issued; it is tried again in an hour`,
    );
  }
  return issued;
}

/** Months from one on that were over an hour ago. */
function monthsOver(since: string, now: Date): string[] {
  const months: string[] = [];
  for (let month = since; ; month = monthOf(monthSpan(month).to)) {
    if (monthSpan(month).to.getTime() + hourMilliseconds > now.getTime()) {
      return months;
    }
    months.push(month);
  }
}

/** Customers whose tenants were there in a month, and who have no invoice of it that isn't cancelled, or of a currency only one that was cancelled to be issued again. */
async function unbilled(database: Database, month: string): Promise<string[]> {
  const { from, to } = monthSpan(month);
  const rows = await database
    .selectFrom("usage_span")
    .innerJoin("tenant", "tenant.id", "usage_span.tenant_id")
    .select("tenant.customer_id")
    .distinct()
    .where("from_at", "<", to)
    .where((row) => row.or([row("to_at", "is", null), row("to_at", ">", from)]))
    .where((row) =>
      row.or([
        row.not(
          row.exists(
            row
              .selectFrom("invoice")
              .leftJoin("invoice as note", "note.credits", "invoice.id")
              .select("invoice.id")
              .whereRef("invoice.customer_id", "=", "tenant.customer_id")
              .where("invoice.month", "=", month)
              .where("invoice.credits", "is", null)
              .where("note.id", "is", null),
          ),
        ),
        row.exists(
          row
            .selectFrom("invoice as note")
            .select("note.id")
            .whereRef("note.customer_id", "=", "tenant.customer_id")
            .where("note.month", "=", month)
            .where("note.credits", "is not", null)
            .where("note.is_issued_again", "=", true)
            .where((inner) =>
              inner.not(
                inner.exists(
                  inner
                    .selectFrom("invoice as later")
                    .select("later.id")
                    .whereRef("later.customer_id", "=", "note.customer_id")
                    .whereRef("later.month", "=", "note.month")
                    .whereRef("later.currency", "=", "note.currency")
                    .whereRef("later.number", ">", "note.number"),
                ),
              ),
            ),
        ),
      ]),
    )
    .orderBy("tenant.customer_id")
    .execute();
  return rows.map(({ customer_id }) => customer_id);
}

async function issueMonth(
  transaction: Database,
  { seller, vatPercent, dueDays }: NonNullable<Settings["invoices"]>,
  customer: string,
  month: string,
  now: Date,
): Promise<boolean> {
  // Two workers that see the same come one after the other.
  await transaction.selectFrom("customer").select("id").where("id", "=", customer).forUpdate().execute();
  const before = await transaction
    .selectFrom("invoice")
    .select(["currency", "credits", "is_issued_again"])
    .where("customer_id", "=", customer)
    .where("month", "=", month)
    .orderBy("number")
    .execute();
  const buyer = await buyerOf(transaction, customer);
  let isIssued = false;
  for (const [currency, lines] of linesOf(await pricedSpans(transaction, { customer }, month), month)) {
    const ofCurrency = before.filter((row) => row.currency === currency);
    const attempt = ofCurrency.filter(({ credits }) => credits !== null).length;
    const last = ofCurrency.at(-1);
    if (last && !(last.credits !== null && last.is_issued_again)) {
      continue;
    }
    const party: Party = { ...seller, vatId: seller.vatId ?? null, note: seller.note ?? null };
    const isReverse = isReverseCharged(party, buyer);
    const vatRate = isReverse ? 0 : Math.round(vatPercent * 100);
    const parties = { customer, seller: party, buyer };
    await issue(
      transaction,
      { ...parties, month, currency, attempt, lines, vatRate, isReverseCharged: isReverse, dueDays },
      now,
    );
    isIssued = true;
  }
  return isIssued;
}
