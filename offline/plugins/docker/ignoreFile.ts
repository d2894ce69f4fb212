/** Which files `.dockerignore` keeps out of a build context, by Docker's own rules. */

interface Rule {
  pattern: RegExp;
  /** The rule starts with `!`: it takes files back in. */
  keep: boolean;
}

function ruleOf(line: string): Rule | undefined {
  const keep = line.startsWith("!");
  const path = (keep ? line.slice(1) : line)
    .trim()
    .replace(/^\.?\/+/, "")
    .replace(/\/+$/, "");
  if (path === "" || path === ".") return undefined;
  return { keep, pattern: new RegExp(`^${translate(path)}(/.*)?$`, "s") };
}

/** A pattern as a regular expression: `*` and `?` stay in one folder, `**` doesn't, `\` takes a character literally. */
function translate(path: string): string {
  let result = "";
  for (let at = 0; at < path.length; at++) {
    const character = path.charAt(at);
    if (character === "*" && path.charAt(at + 1) === "*") {
      const folder = path.charAt(at + 2) === "/";
      result += folder ? "(.*/)?" : ".*";
      at += folder ? 2 : 1;
    } else if (character === "*") result += "[^/]*";
    else if (character === "?") result += "[^/]";
    else if (character === "[") {
      const end = path.indexOf("]", at + 1);
      result += end < 0 ? "\\[" : path.slice(at, end + 1);
      if (end >= 0) at = end;
    } else {
      const literal = character === "\\" && at + 1 < path.length ? path.charAt(++at) : character;
      result += literal.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    }
  }
  return result;
}

/** A test whether a path (relative, with `/`) is ignored; the last rule that fits decides. */
export function ignored(content: string): (path: string) => boolean {
  const lines = content.split(/\r?\n/).map((line) => line.trim());
  const rules = lines.filter((line) => line !== "" && !line.startsWith("#")).map(ruleOf);
  const known = rules.filter((rule): rule is Rule => rule !== undefined);
  return (path) => {
    const last = known.filter((rule) => rule.pattern.test(path)).pop();
    return last !== undefined && !last.keep;
  };
}
