import { parse } from "yaml";
import { readDocument, setInFile } from "../../../tools/yamlFile";

const text = `# by hand
a:
    one:   1   # aligned
    two: { x: 1,  y: 2 }

b: [ 1,2 ]
`;

it.each<[string, string[], unknown, string]>([
  ["a value", ["a", "one"], 7, text.replace("one:   1 ", "one:   7 ")],
  ["a new key of a block", ["a", "three"], "x", text.replace("y: 2 }\n", "y: 2 }\n    three: x\n")],
  ["a new block", ["a", "three"], { k: 1 }, text.replace("y: 2 }\n", "y: 2 }\n    three:\n      k: 1\n")],
  ["a new key of a flow map", ["a", "two", "z"], 3, text.replace("y: 2 }", "y: 2, z: 3 }")],
  ["a key that goes", ["a", "one"], undefined, text.replace("    one:   1   # aligned\n", "")],
  ["the last key of a flow map that goes", ["a", "two", "y"], undefined, text.replace(",  y: 2", "")],
  ["the first key of a flow map that goes", ["a", "two", "x"], undefined, text.replace("x: 1,  ", "")],
  ["a key that isn't there and goes", ["a", "none"], undefined, text],
])("sets %s, and keeps every other byte", (_, path, value, expected) => {
  expect(setInFile(text, path, value)).toBe(expected);
});

it.each([
  ["a map that isn't there", ["c", "k"], { c: { k: 1 } }],
  ["an entry without a value", ["d", "k"], { d: { k: 1 } }],
  ["a value that was a list", ["b"], { b: 1 }],
])("lays out anew what it can't edit in place: %s", (_, path, expected) => {
  const edited = setInFile(`${text}d:\n`, path, 1);
  expect(parse(edited)).toEqual({ ...(parse(`${text}d:\n`) as object), ...expected });
  expect(edited).toContain("# by hand");
});

it("quotes what YAML would read as something else", () => {
  expect(parse(setInFile(text, ["a", "one"], "yes: no"))).toMatchObject({ a: { one: "yes: no" } });
  expect(parse(setInFile(text, ["a", "two", "z"], "a, b"))).toMatchObject({ a: { two: { x: 1, y: 2, z: "a, b" } } });
});

it("says where a file isn't YAML, and shows nothing of what is written there", () => {
  const wrong = `${text}c: "hush\n`;
  const read = (): unknown => readDocument(wrong, "Pulumi.dev.yaml");
  expect(read).toThrow(
    /^Pulumi\.dev\.yaml isn't YAML that can be read: .*closing "quote at line 8, column 1\. Nothing was changed\.$/,
  );
  expect(read).not.toThrow(/hush/);
  expect(readDocument(text, "Pulumi.dev.yaml").toJS()).toMatchObject({ b: [1, 2] });
});
