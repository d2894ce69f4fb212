/** Text of the page of invoices, in English. */
export const invoices = {
  invoices: {
    title: "Invoices",
    says: "Each month is invoiced after its end, by the clock of UTC: of each plan's price the share of the month for which an instance had it. Trials are free.",
    there: "Your invoices",
    none: "There is none yet.",
    kinds: { invoice: "Invoice {{number}}", creditNote: "Credit note {{number}}" },
    of: "{{month}}, issued on {{day}}.",
    due: "To be paid by {{day}}.",
    credits: "It cancels invoice {{number}}.",
    creditedBy: "It is cancelled by credit note {{number}}.",
    download: "Download {{number}} (PDF)",
    billing: "Who is billed",
    billingSays:
      "It is on the next invoices; those that are there stay as they are. Until you say it, they are to the company of your newest order.",
    name: "Company or name",
    address: "Address",
    addressHint: "At most five lines, without the country.",
    country: "Country",
    countryHint: "Its two letters: FR, MA, DE…",
    vatId: "VAT id",
    vatIdHint: "Leave it empty if there is none.",
    set: "Bill them",
    isSet: "This is who is billed from now on.",
  },
};
