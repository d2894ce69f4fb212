import type { Context } from "hono";
import { accepts } from "hono/accepts";

/** Languages that mails and invoices are written in. */
export const languages = ["en", "fr"] as const;

/** One of `languages`. */
export type Language = (typeof languages)[number];

/** The language that a client wants; null: it says none. Of one that isn't there the first is taken. */
export function wantedLanguage(context: Context): Language | null {
  return context.req.header("Accept-Language") === undefined
    ? null
    : (accepts(context, {
        header: "Accept-Language",
        supports: [...languages],
        default: languages[0],
        match: (wanted, { supports, default: other }) =>
          [...wanted]
            .sort((one, two) => two.q - one.q)
            .map(({ type }) => type.split("-")[0]!.toLowerCase())
            .find((type) => supports.includes(type)) ?? other,
      }) as Language);
}
