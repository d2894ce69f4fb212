import {
  goals,
  isReached,
  meanings,
  mergeFigures,
  numbersOf,
  reportTable,
  withFigures,
} from "../../../../tools/bench/figures";

const contract = [
  "newTenant.seconds",
  "newTenant.common.seconds",
  "newTenant.ratio",
  "newTenant.inStackOf20.ratio",
  "noop.2.seconds",
  "noop.20.seconds",
  "noop.20.ratio",
  "idle.smallest.MiB",
  "page.p50.ratio",
  "static.ratio",
  "preview.2.seconds",
  "preview.20.seconds",
  "preview.100.seconds",
  "preview.policy.ratio",
  "preview.growth20to100",
  "preview.ownStack.ratio",
  "bootstrap.bare.seconds",
  "bootstrap.rerun.seconds",
  "bootstrap.rerun3.ratio",
  "bootstrap.unchanged.seconds",
];

test("every key of the contract and of a goal is explained", () => {
  expect(Object.keys(meanings)).toEqual(expect.arrayContaining(contract));
  expect(Object.keys(meanings)).toEqual(expect.arrayContaining(goals.map(({ key }) => key)));
});

describe("isReached", () => {
  const verdict = (key: string, value: number): boolean =>
    isReached(
      goals.find((goal) => goal.key === key)!,
      value,
    );

  test.each([
    ["newTenant.ratio", 0.4, 0.401],
    ["noop.20.ratio", 3, 3.01],
    ["preview.100.seconds", 35, 35.1],
    ["idle.smallest.MiB", 140, 140.1],
    ["page.p50.ratio", 1.1, 1.101],
    ["static.ratio", 5, 4.999],
    ["bootstrap.rerun.seconds", 15, 15.1],
    ["bootstrap.rerun3.ratio", 1.5, 1.501],
    ["bootstrap.unchanged.seconds", 1, 1.01],
  ])("%s: %d is as good as asked, %d isn't", (key, good, bad) => {
    expect(verdict(key, good)).toBe(true);
    expect(verdict(key, bad)).toBe(false);
  });
});

describe("mergeFigures", () => {
  test("puts new figures over the old ones and keeps those of other sections", () => {
    const before = mergeFigures(undefined, { "noop.2.seconds": 3, "page.p50.ratio": 1.05 }, "an old machine");
    const after = JSON.parse(mergeFigures(before, { "noop.2.seconds": 2.00049 }, "a new machine")) as unknown;
    expect(after).toEqual({ "noop.2.seconds": 2, "page.p50.ratio": 1.05, machine: "a new machine" });
  });

  test("is flat, in the order of the keys, with the machine last and a newline at the end", () => {
    const text = mergeFigures(undefined, { b: 1, a: 2 }, "m");
    expect(text).toBe('{\n  "a": 2,\n  "b": 1,\n  "machine": "m"\n}\n');
  });

  test.each(["", "not JSON", "null", "[1", "[1]", '"text"'])("starts anew over a file that holds %j", (previous) => {
    expect(JSON.parse(mergeFigures(previous, { a: 1 }, "m"))).toEqual({ a: 1, machine: "m" });
  });

  test("takes over nothing but numbers", () => {
    expect(numbersOf('{ "a": 1, "machine": "m", "b": { "c": 2 }, "d": null }')).toEqual({ a: 1 });
  });
});

describe("reportTable", () => {
  test("shows each figure with its goal and whether it is reached", () => {
    const table = reportTable({ "static.ratio": 4.2, "newTenant.ratio": 0.31234, "noop.2.seconds": 3.456 });
    const rows = table.split("\n").slice(2);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/^\| `newTenant\.ratio` +\| 0\.312 +\| 0\.4 or less: reached +\|/);
    expect(rows[1]).toMatch(/^\| `noop\.2\.seconds` +\| 3\.46 +\| {2,}\|/);
    expect(rows[2]).toMatch(/^\| `static\.ratio` +\| 4\.2 +\| 5 or more: MISSED +\|/);
  });

  test("shows a figure that nobody explained rather than hiding it", () => {
    expect(reportTable({ "new.figure.ms": 1234.5 })).toContain("| `new.figure.ms` | 1235");
  });
});

describe("withFigures", () => {
  const [start, end] = ["<!-- figures: tools/bench.sh --docs -->", "<!-- end of figures -->"];

  test("replaces what is between the markers, again and again, and nothing else", () => {
    const document = `# Performance\n\n${start}\nold\n${end}\n\nMore.\n`;
    const result = mergeFigures(undefined, { "noop.2.seconds": 3 }, "two cores");
    const written = withFigures(document, result);
    expect(written).toMatch(/^# Performance\n\n<!-- figures[^\n]*\n\nMeasured on: two cores\.\n\n\| key/);
    expect(written).toContain("| `noop.2.seconds` | 3 ");
    expect(written).not.toContain("old");
    expect(written.endsWith(`|\n\n${end}\n\nMore.\n`)).toBe(true);
    expect(withFigures(written, result)).toBe(written);
  });

  test("keeps the rows of sections that weren't repeated, and judges them anew", () => {
    const first = mergeFigures(undefined, { "noop.2.seconds": 3.456, "newTenant.ratio": 0.6, "static.ratio": 29 }, "m");
    const document = withFigures(`${start}\n${end}\n`, first);
    const repeated = withFigures(
      document,
      mergeFigures(undefined, { "newTenant.ratio": 0.4, "idle.smallest.MiB": 150 }, "n"),
    );
    const rows = [...repeated.matchAll(/^\| `([\w.]+)` +\| ([\d.]+) +\| +([^|]*?) +\|/gm)];
    expect(rows.map((row) => row.slice(1))).toEqual([
      ["newTenant.ratio", "0.4", "0.4 or less: reached"],
      ["noop.2.seconds", "3.46", ""],
      ["idle.smallest.MiB", "150", "140 or less: MISSED"],
      ["static.ratio", "29", "5 or more: reached"],
    ]);
    expect(repeated).toContain("Measured on: n.");
  });

  test.each(["# Performance", `${end}\n${start}`])("refuses a document without a place for them: %j", (document) => {
    expect(() => withFigures(document, mergeFigures(undefined, {}, "m"))).toThrow("no place for figures");
  });
});
