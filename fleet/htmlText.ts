/**
 * Text that a customer chose, such as a company's name, as text of a page that a configuration holds. Everything but letters, digits and
 * plain punctuation is a character reference: of the rest, HTML takes some for itself, Caddy looks up what is between braces, and
 * Nginx what follows a dollar, and ends a string at a quote.
 */
export function htmlText(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} .,-]/gu, (one) => `&#${one.codePointAt(0)};`);
}
