/** What stdnum calls the number by which a country's businesses are known for VAT, and what is written before it where that isn't the country. */
const kinds: Readonly<Record<string, readonly [kind: string, prefix?: string]>> = {
  ...{ AT: ["uid"], BE: ["vat"], BG: ["vat"], CY: ["vat"], CZ: ["dic"], DE: ["vat"], DK: ["cvr"], EE: ["kmkr"] },
  ...{ ES: ["nif"], FI: ["alv"], FR: ["tva"], GB: ["vat"], GR: ["vat", "EL"], HR: ["oib"], HU: ["anum"], IE: ["vat"] },
  ...{ IT: ["iva"], LT: ["pvm"], LU: ["tva"], LV: ["pvn"], MT: ["vat"], NL: ["btw"], PL: ["nip"], PT: ["nif"] },
  ...{ RO: ["cif"], SE: ["vat"], SI: ["ddv"], SK: ["dph"], MA: ["ice", ""] },
};

interface Validator {
  validate(value: string): { readonly isValid: boolean; readonly compact?: string };
}

/**
 * A VAT id as it is printed, if it can be one: by its form and check digits where its country's are known, else by its letters and digits. Whether
 * it was given to anybody isn't asked.
 *
 * @returns undefined when it can't be one.
 */
export async function readVatId(country: string, text: string): Promise<string | undefined> {
  const compact = text.replaceAll(/[\s.-]/g, "").toUpperCase();
  if (!/^[A-Z0-9+*]{4,20}$/.test(compact)) {
    return undefined;
  }
  const [kind, prefix = country] = kinds[country] ?? [];
  if (kind === undefined) {
    return compact;
  }
  // Few need it, and it takes memory.
  const { stdnum } = await import("stdnum");
  const validator = (stdnum as unknown as Readonly<Record<string, Readonly<Record<string, Validator>>>>)[country]![
    kind
  ]!;
  const bare = compact.startsWith(prefix) ? compact.slice(prefix.length) : compact;
  return validator.validate(bare).isValid ? prefix + bare : undefined;
}
