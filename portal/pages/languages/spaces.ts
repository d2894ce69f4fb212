/** Texts, or groups of them. */
type Tree = { readonly [key: string]: string | Tree };

/** A number and its unit. */
const unit = /(?<=\}\}|\d|[MG]i[Bo]) (?=(?:s|h|[MG]iB|[MG]io|س|ث)(?![\p{L}\p{N}']))/gu;

/** What each language does with its texts, which have plain spaces where they are written: these are seen, and searched. A number and its unit stay on one line. */
const ways = {
  en: (text: string) => text.replace(unit, "\u00a0"),
  // Signs of two parts stay on the line of their word: ; ! and ? after a narrow space, : and guillemets after a word's.
  fr: (text: string) =>
    text
      .replace(unit, "\u00a0")
      .replace(/ (?=[;!?])/g, "\u202f")
      .replace(/ (?=[:»])/g, "\u00a0")
      .replace(/« /g, "«\u00a0"),
  // A Latin unit follows its number from left to right.
  ar: (text: string) => text.replace(unit, "\u00a0").replace(/\{\{\w+\}\}\u00a0[MG]iB/g, "\u2066$&\u2069"),
} as const;

/** Texts of a language with the spaces that don't end a line. It is no part of a language's own file: that would be loaded one after the other. */
export function withSpaces<Texts extends object>(language: keyof typeof ways, texts: Texts): Texts {
  const changed = (tree: Tree): Tree =>
    Object.fromEntries(
      Object.entries(tree).map(([key, text]) => [key, typeof text === "string" ? ways[language](text) : changed(text)]),
    );
  return changed(texts as Tree) as Texts;
}
