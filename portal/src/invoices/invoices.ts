import { type Selectable, sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { InvoiceLine, InvoiceTable, Party } from "../database/invoiceTables.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import { printed } from "./issue.ts";

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
  readonly vat: number;
  readonly gross: number;
  /** The number of the invoice that it cancels. */
  readonly credits: string | null;
  /** The number of the credit note that cancels it. */
  readonly creditedBy: string | null;
  readonly reason: string | null;
}

/** Which invoices are asked for. */
export interface InvoiceFilter {
  /** Whose; undefined: anybody's, for operators. */
  readonly customer?: string | undefined;
  readonly month?: string | undefined;
  /** Id of a tenant that one of its lines is about. */
  readonly tenant?: string | undefined;
}

/** One invoice; undefined when there is none, or when it is somebody else's. */
export async function readInvoice(
  database: Database,
  id: string,
  filter: InvoiceFilter,
): Promise<InvoiceView | undefined> {
  const row = await invoiceRows(database, filter).where("invoice.id", "=", id).executeTakeFirst();
  return row && viewOf(row);
}

/** Invoices and credit notes, the newest first. @param before number of the one after which the page begins. */
export async function listInvoices(
  database: Database,
  { before, limit, ...filter }: PageRequest & InvoiceFilter,
): Promise<{ invoices: InvoiceView[]; next: string | undefined }> {
  let rows = invoiceRows(database, filter).orderBy("invoice.number", "desc");
  if (before !== undefined) {
    rows = rows.where("invoice.number", "<", before);
  }
  const { page, next } = await readPage(rows, limit);
  return { invoices: page.map(viewOf), next };
}

/** All of a month, in the sequence of their numbers. */
export async function invoicesOf(database: Database, filter: InvoiceFilter): Promise<InvoiceView[]> {
  const rows = await invoiceRows(database, filter).orderBy("invoice.year").orderBy("invoice.sequence").execute();
  return rows.map(viewOf);
}

// Its type is the query so far, which only Kysely can spell out.
function invoiceRows(database: Database, { customer, month, tenant }: InvoiceFilter) {
  let rows = database
    .selectFrom("invoice")
    .leftJoin("invoice as credited", "credited.id", "invoice.credits")
    .leftJoin("invoice as note", "note.credits", "invoice.id")
    .selectAll("invoice")
    .select([
      "credited.year as creditedYear",
      "credited.sequence as creditedSequence",
      "note.year as noteYear",
      "note.sequence as noteSequence",
    ]);
  if (customer !== undefined) {
    rows = rows.where("invoice.customer_id", "=", customer);
  }
  if (tenant !== undefined) {
    rows = rows.where(sql<boolean>`invoice.lines @> ${JSON.stringify([{ tenant }])}::jsonb`);
  }
  return month === undefined ? rows : rows.where("invoice.month", "=", month);
}

type InvoiceRow = Selectable<InvoiceTable> &
  Record<"creditedYear" | "creditedSequence" | "noteYear" | "noteSequence", number | null>;

function viewOf(row: InvoiceRow): InvoiceView {
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
    vat: Number(row.vat),
    gross: Number(row.gross),
    credits: numberOf(row.creditedYear, row.creditedSequence),
    creditedBy: numberOf(row.noteYear, row.noteSequence),
    reason: row.reason,
  };
}
