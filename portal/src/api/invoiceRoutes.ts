import { type Context, Hono } from "hono";
import { csvOf } from "../invoices/csv.ts";
import { type InvoiceFilter, invoicesOf, listInvoices, readInvoice } from "../invoices/invoices.ts";
import { pdfOf } from "../invoices/pdf.ts";
import { readShownInvoice, withArrears } from "../payments/arrears.ts";
import type { ApiParts } from "./app.ts";
import { invoiceListSchema, invoiceMonthQuery, invoiceQuery, invoiceSchema, pdfQuery } from "./invoiceSchemas.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { idParameter, noQuery } from "./schemas.ts";

/** Invoices: a customer's own, and all of them for operators. */
export function invoiceRoutes({ database, settings, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  for (const whose of ["customer", "operator"] as const) {
    const isOperators = whose === "operator";
    const path = isOperators ? "/operator/invoices" : "/invoices";
    const scope = isOperators ? "operator:invoices" : "invoices:read";
    const named = (id: string, summary: string): { id: string; summary: string; scope: typeof scope } => ({
      id: isOperators ? id.replace("Invoice", "AnyInvoice") : id,
      summary: isOperators
        ? `For operators, of all customers: ${summary[0]!.toLowerCase()}${summary.slice(1)}`
        : summary,
      scope,
    });
    const filterOf = (context: Context<ApiEnv>): InvoiceFilter =>
      isOperators ? {} : { customer: context.var.caller.customer };

    app.get(
      path,
      describe({
        ...named("listInvoices", "Invoices and credit notes, the newest first"),
        success: { status: 200, description: "A page", schema: invoiceListSchema },
      }),
      demand(database, scope),
      valid("query", invoiceQuery),
      async (context) => {
        const { limit, cursor, month, tenant, overdue } = context.req.valid("query");
        const filter = { ...filterOf(context), month, tenant, isOverdue: overdue === "true" };
        const page = await listInvoices(database, { ...filter, limit, before: cursor }, now());
        const invoices = await withArrears(database, settings, page.invoices, now());
        return context.json({ invoices, next: page.next ?? null });
      },
    );

    app.get(
      `${path}.csv`,
      describe({
        ...named("exportInvoices", "Invoices and credit notes of a month, all of them, a line each"),
        success: {
          status: 200,
          description: "Comma-separated (RFC 4180), with a first line of names",
          type: "text/csv",
        },
      }),
      demand(database, scope),
      valid("query", invoiceMonthQuery),
      async (context) => {
        const { month } = context.req.valid("query");
        const csv = csvOf(await invoicesOf(database, { ...filterOf(context), month }, now()));
        return download(context, csv, "text/csv; charset=utf-8", `invoices-${month}.csv`);
      },
    );

    app.get(
      `${path}/:id`,
      describe({
        ...named("readInvoice", "One invoice or credit note"),
        success: { status: 200, description: "What was issued", schema: invoiceSchema },
      }),
      demand(database, scope),
      valid("param", idParameter),
      valid("query", noQuery),
      async (context) => {
        const { id } = context.req.valid("param");
        return context.json(there(await readShownInvoice(database, settings, id, filterOf(context), now())));
      },
    );

    app.get(
      `${path}/:id/pdf`,
      describe({
        ...named("printInvoice", "One invoice or credit note to print, in a language"),
        success: { status: 200, description: "A PDF", type: "application/pdf" },
      }),
      demand(database, scope),
      valid("param", idParameter),
      valid("query", pdfQuery),
      async (context) => {
        const invoice = there(await readInvoice(database, context.req.valid("param").id, filterOf(context), now()));
        const pdf = await pdfOf(invoice, context.req.valid("query").language);
        return download(context, pdf, "application/pdf", `${invoice.kind}-${invoice.number}.pdf`);
      },
    );
  }
  return app;
}

function download(context: Context<ApiEnv>, body: string | Uint8Array, type: string, name: string): Response {
  context.header("Content-Type", type);
  context.header("Content-Disposition", `attachment; filename="${name}"`);
  return context.body(body as string | Uint8Array<ArrayBuffer>);
}
