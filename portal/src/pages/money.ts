/**
 * Currencies by the number of decimals of their smallest unit (ISO 4217); all others have two. What a browser or Node.js goes by when it writes an amount is CLDR, which
 * has none for currencies whose smallest unit nobody pays with any more, such as HUF and IDR, and changes with its releases.
 */
const decimals: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ["BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0] as const,
    ["BHD IQD JOD KWD LYD OMR TND", 3] as const,
    ["CLF UYW", 4] as const,
  ].flatMap(([codes, digits]) => codes.split(" ").map((code) => [code, digits] as const)),
);

/**
 * An amount as it is written in a language.
 *
 * @param smallest the amount, in the currency's smallest unit: 2900 is 29.00 EUR, and 2,900 JPY.
 * @param currency ISO 4217.
 */
export function moneyText(language: string, smallest: number, currency: string): string {
  const digits = decimals[currency] ?? 2;
  const format = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(language, format).format(smallest / 10 ** digits);
}
