import type { Context } from "hono";
import { accepts } from "hono/accepts";

/** Languages that mails and invoices are written in. */
export const languages = ["en", "fr"] as const;

/** One of `languages`. */
export type Language = (typeof languages)[number];

/** The language that a client wants; null: it says none. Of one that isn't there the first is taken. */
export function wantedLanguage(context: Context): Language | null {
  return context.req.header("Accept-Language") === undefined ? null : preferred(context, languages);
}

/** Which of some languages a client prefers by its `Accept-Language`; the first where it wants none of them. */
export function preferred<One extends string>(context: Context, offered: readonly [One, ...One[]]): One {
  return accepts(context, {
    header: "Accept-Language",
    supports: [...offered],
    default: offered[0],
    match: (wanted, { supports, default: other }) =>
      [...wanted]
        .sort((one, two) => two.q - one.q)
        .map(({ type }) => type.split("-")[0]!.toLowerCase())
        .find((type) => supports.includes(type)) ?? other,
  }) as One;
}
