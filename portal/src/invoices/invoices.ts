import { type Selectable, sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { InvoiceLine, InvoiceTable, Party } from "../database/invoiceTables.ts";
import type { PaymentTable } from "../database/paymentTables.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import { printed } from "./number.ts";

/** An invoice or a credit note, as it was issued. Amounts are in the currency's smallest unit. */
export interface InvoiceView {
  readonly id: string;
  readonly number: string;
  readonly kind: "invoice" | "creditNote";
  readonly customer: string;
  readonly month: string;
  readonly issuedAt: string;
  readonly dueAt: string | null;
  readonly currency: string;
  readonly seller: Party;
  readonly buyer: Party;
  readonly lines: readonly InvoiceLine[];
  readonly net: number;
  readonly vatPercent: number;
  /** Whether the buyer accounts for the VAT, of which there is none then. */
  readonly isReverseCharged: boolean;
  readonly vat: number;
  readonly gross: number;
  /** The number of the invoice that it cancels. */
  readonly credits: string | null;
  /** The number of the credit note that cancels it. */
  readonly creditedBy: string | null;
  readonly reason: string | null;
  /**
   * How far its payment is: `none`, as nothing is to be paid of it; `open`; `overdue`, which is not paid and was due; `paid`; of a cancelled one `refunding`, which goes back, and `refunded`.
   */
  readonly payment: "none" | "open" | "overdue" | "paid" | "refunding" | "refunded";
  readonly paidAt: string | null;
}

/** Which invoices are asked for. */
export interface InvoiceFilter {
  /** Whose; undefined: anybody's, for operators. */
  readonly customer?: string | undefined;
  readonly month?: string | undefined;
  /** Id of a tenant that one of its lines is about. */
  readonly tenant?: string | undefined;
  /** Only those that aren't paid and were due. */
  readonly isOverdue?: boolean | undefined;
}

/** One invoice; undefined when there is none, or when it is somebody else's. */
export async function readInvoice(
  database: Database,
  id: string,
  filter: InvoiceFilter,
  now: Date,
): Promise<InvoiceView | undefined> {
  const row = await invoiceRows(database, filter, now).where("invoice.id", "=", id).executeTakeFirst();
  return row && viewOf(row, now);
}

/** Invoices and credit notes, the newest first. @param before number of the one after which the page begins. */
export async function listInvoices(
  database: Database,
  { before, limit, ...filter }: PageRequest & InvoiceFilter,
  now: Date,
): Promise<{ invoices: InvoiceView[]; next: string | undefined }> {
  let rows = invoiceRows(database, filter, now).orderBy("invoice.number", "desc");
  if (before !== undefined) {
    rows = rows.where("invoice.number", "<", before);
  }
  const { page, next } = await readPage(rows, limit);
  return { invoices: page.map((row) => viewOf(row, now)), next };
}

/** All of a month, in the sequence of their numbers. */
export async function invoicesOf(database: Database, filter: InvoiceFilter, now: Date): Promise<InvoiceView[]> {
  const rows = await invoiceRows(database, filter, now).orderBy("invoice.year").orderBy("invoice.sequence").execute();
  return rows.map((row) => viewOf(row, now));
}

// Its type is the query so far, which only Kysely can spell out.
function invoiceRows(database: Database, { customer, month, tenant, isOverdue }: InvoiceFilter, now: Date) {
  let rows = database
    .selectFrom("invoice")
    .leftJoin("invoice as credited", "credited.id", "invoice.credits")
    .leftJoin("invoice as note", "note.credits", "invoice.id")
    .leftJoin("payment", (join) => join.onRef("payment.invoice_id", "=", "invoice.id").on("payment.state", "=", "paid"))
    .selectAll("invoice")
    .select([
      "credited.year as creditedYear",
      "credited.sequence as creditedSequence",
      "note.year as noteYear",
      "note.sequence as noteSequence",
      "payment.paid_at as paidAt",
    ])
    .select((row) =>
      row
        .selectFrom("payment as back")
        .select("back.state")
        .whereRef("back.invoice_id", "=", "invoice.id")
        .where("back.state", "in", ["refunding", "refunded"])
        .orderBy("back.state")
        .limit(1)
        .as("back"),
    );
  if (customer !== undefined) {
    rows = rows.where("invoice.customer_id", "=", customer);
  }
  if (tenant !== undefined) {
    rows = rows.where(sql<boolean>`invoice.lines @> ${JSON.stringify([{ tenant }])}::jsonb`);
  }
  if (isOverdue) {
    rows = rows
      .where("invoice.credits", "is", null)
      .where("invoice.gross", ">", "0")
      .where("invoice.due_at", "<", now)
      .where("note.id", "is", null)
      .where("payment.id", "is", null);
  }
  return month === undefined ? rows : rows.where("invoice.month", "=", month);
}

type InvoiceRow = Selectable<InvoiceTable> &
  Record<"creditedYear" | "creditedSequence" | "noteYear" | "noteSequence", number | null> & {
    readonly paidAt: Date | null;
    /** Of what was paid and isn't owed. */
    readonly back: PaymentTable["state"] | null;
  };

function viewOf(row: InvoiceRow, now: Date): InvoiceView {
  const numberOf = (year: number | null, sequence: number | null): string | null =>
    year === null || sequence === null ? null : printed({ year, sequence });
  return {
    id: row.id,
    number: printed(row),
    kind: row.credits === null ? "invoice" : "creditNote",
    customer: row.customer_id,
    month: row.month,
    issuedAt: row.issued_at.toISOString(),
    dueAt: row.due_at?.toISOString() ?? null,
    currency: row.currency,
    seller: row.seller,
    buyer: row.buyer,
    lines: row.lines,
    net: Number(row.net),
    vatPercent: row.vat_rate / 100,
    isReverseCharged: row.is_reverse_charged,
    vat: Number(row.vat),
    gross: Number(row.gross),
    credits: numberOf(row.creditedYear, row.creditedSequence),
    creditedBy: numberOf(row.noteYear, row.noteSequence),
    reason: row.reason,
    payment: paymentOf(row, now),
    paidAt: row.paidAt?.toISOString() ?? null,
  };
}

function paymentOf({ credits, noteYear, gross, due_at, paidAt, back }: InvoiceRow, now: Date): InvoiceView["payment"] {
  if (paidAt !== null) {
    return "paid";
  }
  if (credits !== null || noteYear !== null || Number(gross) <= 0) {
    return back === "refunding" || back === "refunded" ? back : "none";
  }
  return due_at !== null && due_at < now ? "overdue" : "open";
}
