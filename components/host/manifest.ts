/** What a module's manifest says, as far as it matters before a build. */
export interface Manifest {
  /** Whether Odoo would install the module. Default: yes. */
  readonly installable: boolean;
}

/** Strings with any prefix, comments, names and numbers, and single signs: what a Python literal is made of. */
const token =
  /\s+|#[^\n]*|\\\r?\n|[rRbBuU]{0,2}(?:"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')|[A-Za-z_]\w*|\d[\w.]*|[-+{}[\]():,.=]/y;

const closing: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };

/**
 * Reads a manifest, which is a Python dictionary of literals.
 *
 * @returns undefined when it is none: Odoo would leave the module out, with a warning in its log. A mistake inside a right
 * frame (a forgotten comma) is found by the image's build, which asks Python itself.
 */
export function readManifest(text: string): Manifest | undefined {
  const tokens = tokensOf(text.replace(/^\uFEFF/, ""));
  if (tokens === undefined || tokens[0] !== "{") {
    return undefined;
  }
  const open: string[] = [];
  let installable = true;
  for (const [index, one] of tokens.entries()) {
    if (open.length === 1 && /^[uU]?(['"])installable\1$/.test(one) && tokens[index + 1] === ":") {
      installable = !["False", "0", "None"].includes(tokens[index + 2] ?? "");
    }
    if (one in closing) {
      open.push(closing[one]!);
    } else if (["}", "]", ")"].includes(one) && open.pop() !== one) {
      return undefined;
    }
    if (open.length === 0 && index < tokens.length - 1) {
      return undefined;
    }
  }
  return open.length === 0 ? { installable } : undefined;
}

/** The signs of a text without blanks and comments; undefined where there is something that no literal has. */
function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text)?.[0];
    if (found === undefined) {
      return undefined;
    }
    if (!/^(?:\s|#|\\)/.test(found)) {
      tokens.push(found);
    }
  }
  return tokens;
}
