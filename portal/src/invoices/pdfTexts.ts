/** Languages that an invoice is printed in. */
export const pdfLanguages = ["en", "fr"] as const;

/** One of `pdfLanguages`. */
export type PdfLanguage = (typeof pdfLanguages)[number];

/** What is printed beside what the invoice has. */
export const pdfTexts = {
  en: {
    invoice: "Invoice",
    creditNote: "Credit note",
    number: "Number",
    issued: "Date",
    due: "Due",
    month: "Month (UTC)",
    to: "To",
    vatId: "VAT id",
    credits: "Cancels invoice",
    reason: "Reason",
    instance: "Instance, plan",
    share: "Share of the month",
    price: "Price a month",
    amount: "Amount",
    net: "Net",
    vat: "VAT",
    gross: "Total",
  },
  fr: {
    invoice: "Facture",
    creditNote: "Avoir",
    number: "Numéro",
    issued: "Date",
    due: "Échéance",
    month: "Mois (UTC)",
    to: "Client",
    vatId: "N° TVA",
    credits: "Annule la facture",
    reason: "Motif",
    instance: "Instance, formule",
    share: "Part du mois",
    price: "Prix mensuel",
    amount: "Montant",
    net: "Total HT",
    vat: "TVA",
    gross: "Total TTC",
  },
} as const satisfies Readonly<Record<PdfLanguage, object>>;
