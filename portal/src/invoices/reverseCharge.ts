import type { Party } from "../database/invoiceTables.ts";

/** Countries of the European Union, by ISO 3166-1. Their territories that are outside of its VAT have codes of their own. */
const union: ReadonlySet<string> = new Set(
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" "),
);

/**
 * Whether the buyer accounts for the VAT of a service himself (Directive 2006/112/EC, articles 44 and 196): both are in the Union, in different countries, and have a
 * VAT id. Whether the buyer's was given to anybody isn't asked.
 */
export function isReverseCharged(seller: Party, buyer: Party): boolean {
  return (
    seller.vatId !== null &&
    buyer.vatId !== null &&
    seller.country !== buyer.country &&
    [seller, buyer].every(({ country }) => country !== null && union.has(country))
  );
}
