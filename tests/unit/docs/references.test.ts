import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const pages = execFileSync("git", ["ls-files", "*.md"], { encoding: "utf8" }).trim().split("\n");
const read = (file: string): string => readFileSync(file, "utf8");

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const prose = read(page).replace(/^```[^]*?^```/gm, "");
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!.toLowerCase());
  return new Set(headings.map((heading) => heading.replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")));
}

describe("what the documentation refers to is there:", () => {
  it("files and headings that are linked", () => {
    const missing = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(
        ([link, file, anchor]) => {
          const target = file ? join(dirname(page), file) : page;
          const isThere = existsSync(target) && (!anchor || !target.endsWith(".md") || anchorsOf(target).has(anchor));
          return isThere ? [] : [`${page}: ${link}`];
        },
      ),
    );
    expect(missing).toEqual([]);
  });

  it("targets of make", () => {
    const targets = new Set(
      [...read("Makefile").matchAll(/^([a-z][a-z -]*):/gm)].flatMap(([, names]) => names!.split(" ")),
    );
    const unknown = pages.flatMap((page) =>
      [...read(page).matchAll(/`make ([a-z-]+)/g)].flatMap(([, target]) =>
        targets.has(target!) ? [] : [`${page}: make ${target}`],
      ),
    );
    expect(unknown).toEqual([]);
  });

  it("each decision, in their list", () => {
    const listed = [...read("docs/decisions/README.md").matchAll(/\((\d{4}-[^)]+)\)/g)].map(([, file]) => file);
    expect(listed).toEqual(
      readdirSync("docs/decisions")
        .filter((file) => file !== "README.md")
        .sort(),
    );
  });

  it("as many rules of the policy pack as README counts", () => {
    const rules = read("docs/policies.md").match(/^\| +\d+ \| `/gm)!;
    expect(read("README.md")).toContain(`[${rules.length} rules](docs/policies.md)`);
  });
});
