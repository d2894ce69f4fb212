/** Texts, or groups of them. */
type Tree = { readonly [key: string]: string | Tree };

function each<Texts>(texts: Texts, change: (text: string) => string): Texts {
  const changed = (tree: Tree): Tree =>
    Object.fromEntries(
      Object.entries(tree).map(([key, text]) => [key, typeof text === "string" ? change(text) : changed(text)]),
    );
  return changed(texts as Tree) as Texts;
}

/** Keeps a number and its unit on one line. Sources have plain spaces, which are seen and searched. */
export const withUnits = <Texts>(texts: Texts): Texts =>
  each(texts, (text) =>
    text.replace(/(?<=\}\}|\d|[MG]i[Bo]) (?=(?:s|h|[MG]iB|[MG]io|س|ث)(?![\p{L}\p{N}']))/gu, "\u00a0"),
  );

/** Keeps French's signs of two parts on the line of their word: with a narrow space before ; ! and ?, and a word's before : and within guillemets. */
export const withFrenchSpaces = <Texts>(texts: Texts): Texts =>
  each(texts, (text) =>
    text
      .replace(/ (?=[;!?])/g, "\u202f")
      .replace(/ (?=[:»])/g, "\u00a0")
      .replace(/« /g, "«\u00a0"),
  );
