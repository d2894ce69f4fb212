import { z } from "zod";
import { countryExpected, countryPattern } from "../invoices/countries.ts";
import { languages } from "../languages.ts";
import { monthPattern } from "../usage/months.ts";
import { id, moment, text } from "./commonSchemas.ts";
import { nextCursor, pageQuery } from "./schemas.ts";

const month = z.string().regex(monthPattern).meta({ description: "A month in UTC", example: "2026-11" });

/** Which invoices. */
export const invoiceQuery = pageQuery.extend({
  month: month.optional(),
  tenant: id.optional().meta({ description: "Only those that charge, or credit, this tenant" }),
  overdue: z.literal("true").optional().meta({ description: "Only those that aren't paid and were due" }),
});

/** Of which month. */
export const invoiceMonthQuery = z.strictObject({ month });

/** How an invoice is printed. */
export const pdfQuery = z.strictObject({ language: z.enum(languages).default("en") });

const amount = z.int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const seconds = z.int().min(0).max(2_678_400);
const number = z.string().regex(/^20\d{2}-\d{6,9}$/);

const party = z
  .object({
    name: z.string(),
    address: z.array(z.string()),
    country: z.string().nullable().meta({ description: "ISO 3166-1" }),
    vatId: z.string().nullable(),
    note: z.string().nullable(),
  })
  .meta({ ref: "Party" });

/** An invoice or a credit note. */
export const invoiceSchema = z
  .object({
    id,
    number: number.meta({ description: "Of a year, without a gap" }),
    kind: z.enum(["invoice", "creditNote"]),
    customer: id,
    month: z.string().regex(monthPattern),
    issuedAt: moment,
    dueAt: moment.nullable(),
    currency: z.string(),
    seller: party,
    buyer: party,
    lines: z.array(
      z
        .object({
          tenant: id,
          address: z.string(),
          plan: z.string(),
          price: amount.meta({ description: "A month, in the currency's smallest unit" }),
          isAsleep: z.boolean().optional().meta({
            description: "Whether that is the price for when it sleeps by its active hours; left out: it isn't",
          }),
          seconds: seconds.meta({ description: "That are charged, of `monthSeconds`" }),
          monthSeconds: seconds,
          amount: amount.meta({ description: "Negative, of a credit note" }),
        })
        .meta({ ref: "InvoiceLine" }),
    ),
    net: amount,
    vatPercent: z.number().min(0).max(100),
    isReverseCharged: z.boolean().meta({
      description:
        "Whether the buyer accounts for the VAT: he is in another country of the European Union, with a VAT id",
    }),
    vat: amount,
    gross: amount,
    credits: number.nullable().meta({ description: "Number of the invoice that it cancels" }),
    creditedBy: number.nullable().meta({ description: "Number of the credit note that cancels it" }),
    reason: z.string().nullable(),
    payment: z.enum(["none", "open", "overdue", "paid", "refunding", "refunded"]).meta({
      description:
        "`none`: nothing is to be paid of it; of a cancelled one that was paid by card `refunding`: it goes back, and `refunded`: it did",
    }),
    paidAt: moment.nullable(),
    suspendsAt: moment.nullable().meta({
      description: "From when on its customer's tenants are suspended unless it is paid; null: nothing follows",
    }),
    deferredUntil: moment.nullable().meta({
      description: "Until when its customer has more time to pay, by an operator's word; null: none",
    }),
  })
  .meta({ ref: "Invoice" });

/** A page of invoices. */
export const invoiceListSchema = z.object({ invoices: z.array(invoiceSchema), next: nextCursor });

/** Who is billed. */
const billingSchema = z
  .object({
    name: z.string(),
    address: z.array(z.string()),
    country: z.string(),
    vatId: z.string().nullable(),
  })
  .meta({ ref: "Billing" });

/** Who is billed, or that nobody said yet. */
export const billingAnswerSchema = z.object({
  billing: billingSchema.nullable().meta({ description: "null: it is the company of the newest order" }),
});

/** Who is to be billed. */
export const billingRequestSchema = z
  .strictObject({
    name: text(100).meta({ example: "Acme SARL" }),
    address: z
      .array(text(100))
      .min(1)
      .max(5)
      .meta({ description: "Its lines, without the country", example: ["1 rue de la Paix", "75002 Paris"] }),
    country: z
      .string()
      .regex(countryPattern, countryExpected)
      .meta({ description: "ISO 3166-1: Greece is GR, the United Kingdom GB", example: "FR" }),
    vatId: text(30).nullable().meta({ description: "null: none", example: "FR40303265045" }),
  })
  .meta({ ref: "BillingRequest" });

/** The cancelling of an invoice. */
export const creditRequestSchema = z
  .strictObject({
    number: z.string().max(20).meta({
      description: "The invoice's number, repeated: so that nobody cancels another one than he means",
      example: "2026-000001",
    }),
    reason: text(200).meta({ description: "What is printed", example: "The VAT id was missing" }),
    isIssuedAgain: z.boolean().meta({
      description: "Whether the month is invoiced anew within the hour, to whoever is billed then",
      example: false,
    }),
  })
  .meta({ ref: "CreditRequest" });
