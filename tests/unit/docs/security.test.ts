import { readFileSync } from "node:fs";

const named = [...readFileSync("docs/security.md", "utf8").matchAll(/`([\w/.-]+\.test\.ts)`: "([^"]+)"/g)].map(
  ([, file, title]) => [file!, title!] as const,
);

describe("what docs/security.md says is shown by a test", () => {
  it("is some twenty items", () => {
    expect(named.length).toBeGreaterThan(20);
  });

  it.each(named)("in %s: %s", (file, title) => {
    expect(readFileSync(file, "utf8")).toContain(title);
  });
});
