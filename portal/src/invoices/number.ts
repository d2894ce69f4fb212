/** A number of an invoice, or of a credit note, as it is printed. */
export const printed = ({ year, sequence }: { readonly year: number; readonly sequence: number }): string =>
  `${year}-${String(sequence).padStart(6, "0")}`;
