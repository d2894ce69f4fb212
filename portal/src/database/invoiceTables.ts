import type { ColumnType, Generated } from "kysely";

/** Who is billed, as the customer says. */
export interface BillingTable {
  readonly customer_id: string;
  name: string;
  /** Its lines, without the country. */
  address: string[];
  /** ISO 3166-1. */
  country: string;
  vat_id: string | null;
  changed_at: Date;
}

/** The last number that was given in a year. */
export interface InvoiceCounterTable {
  readonly year: number;
  last: number;
}

/** Who bills, or is billed, as it was then. */
export interface Party {
  readonly name: string;
  readonly address: readonly string[];
  /** ISO 3166-1; null: it isn't known. */
  readonly country: string | null;
  readonly vatId: string | null;
  /** What else has to be said of a seller; of a buyer, his e-mail address. */
  readonly note: string | null;
}

/** What one tenant costs for the time that it had one plan at one price. */
export interface InvoiceLine {
  readonly tenant: string;
  readonly address: string;
  readonly plan: string;
  /** A month, in the currency's smallest unit. */
  readonly price: number;
  /** Whether that is the price for when it sleeps by its hours. Left out: it isn't. */
  readonly isAsleep?: boolean;
  /** For which it is charged, of those of the month. */
  readonly seconds: number;
  readonly monthSeconds: number;
  readonly amount: number;
}

/** Invoices and credit notes, in one sequence of numbers. The database refuses to change or remove one. Amounts are in the currency's smallest unit; those of a credit note are negative. */
export interface InvoiceTable {
  readonly id: string;
  /** Place in lists; it may have gaps, and isn't what is printed. */
  readonly number: Generated<string>;
  readonly year: number;
  /** Within the year, from 1 on, without a gap. */
  readonly sequence: number;
  readonly customer_id: string;
  /** In UTC: `2026-11`. */
  readonly month: string;
  readonly currency: string;
  /** How many of the customer's invoices of the month were credited before. */
  readonly attempt: number;
  /** The invoice that it cancels; null: it is no credit note. */
  readonly credits: string | null;
  readonly reason: string | null;
  /** Of a credit note: whether the month is to be invoiced anew. */
  readonly is_issued_again: Generated<boolean>;
  readonly seller: ColumnType<Party, string, never>;
  readonly buyer: ColumnType<Party, string, never>;
  readonly lines: ColumnType<InvoiceLine[], string, never>;
  readonly net: string;
  /** Hundredths of a percent. */
  readonly vat_rate: number;
  /** Whether its buyer accounts for the VAT: it has none then. */
  readonly is_reverse_charged: Generated<boolean>;
  readonly vat: string;
  readonly gross: string;
  readonly issued_at: Date;
  readonly due_at: Date | null;
}

/** Tables of invoices. */
export interface InvoiceTables {
  readonly billing: BillingTable;
  readonly invoice_counter: InvoiceCounterTable;
  readonly invoice: InvoiceTable;
}
