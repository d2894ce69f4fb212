import type { InvoiceView } from "./invoices.ts";

const columns: Readonly<Record<string, (invoice: InvoiceView) => string | number | null>> = {
  number: ({ number }) => number,
  kind: ({ kind }) => kind,
  month: ({ month }) => month,
  issued: ({ issuedAt }) => issuedAt.slice(0, 10),
  due: ({ dueAt }) => dueAt?.slice(0, 10) ?? null,
  customer: ({ customer }) => customer,
  buyer: ({ buyer }) => buyer.name,
  country: ({ buyer }) => buyer.country,
  vatId: ({ buyer }) => buyer.vatId,
  currency: ({ currency }) => currency,
  net: ({ net }) => net,
  vatPercent: ({ vatPercent }) => vatPercent,
  reverseCharge: ({ isReverseCharged }) => (isReverseCharged ? "yes" : "no"),
  vat: ({ vat }) => vat,
  gross: ({ gross }) => gross,
  credits: ({ credits }) => credits,
  creditedBy: ({ creditedBy }) => creditedBy,
  payment: ({ payment }) => payment,
  paid: ({ paidAt }) => paidAt?.slice(0, 10) ?? null,
};

/** Invoices as RFC 4180 has it, one a line, amounts in the currency's smallest unit. */
export function csvOf(invoices: readonly InvoiceView[]): string {
  const rows = [
    Object.keys(columns),
    ...invoices.map((invoice) => Object.values(columns).map((column) => column(invoice))),
  ];
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** What a spreadsheet would take for a formula is text: names are the customer's to choose. */
function cell(value: string | number | null): string {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
