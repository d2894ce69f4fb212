import { isChanged, type Note, planOf, readNote, type Standing, writeNote } from "../../../../tools/perTenant/plan";

const hash = (digit: string): string => digit.repeat(32);
const note = (of: string, written = "t1", keptUntil?: string): Note => ({
  hash: hash(of),
  written,
  ...(keptUntil && { keptUntil }),
});

function standing(more: Partial<Standing> = {}): Standing {
  return {
    declared: {
      own: hash("0"),
      left: hash("9"),
      tenants: new Map([
        ["acme", hash("a")],
        ["globex", hash("b")],
      ]),
    },
    stacks: new Map([
      ["acme", { written: "t1" }],
      ["globex", { written: "t1" }],
    ]),
    notes: new Map([
      ["acme", note("a")],
      ["globex", note("b")],
    ]),
    today: "2026-11-29",
    ...more,
  };
}

test("what is as it was brought up isn't touched", () => {
  expect(planOf(standing(), false)).toEqual({ tasks: [], unchanged: 2 });
});

test("a refresh looks at all of them", () => {
  expect(planOf(standing(), true).tasks.map(({ why }) => why)).toEqual(["refreshed", "refreshed"]);
});

test.each([
  ["new", { stacks: new Map([["globex", { written: "t1" }]]), notes: new Map([["globex", note("b")]]) }],
  // Its first run was interrupted, or it was only previewed.
  ["new", { notes: new Map([["globex", note("b")]]) }],
  ["changed", { notes: new Map([...standing().notes, ["acme", note("c")]]) }],
  // A run that was interrupted has the same declaration, and another state.
  ["written", { stacks: new Map([...standing().stacks, ["acme", { written: "t2" }]]) }],
])("a tenant's stack is brought up alone that is %s", (why, more) => {
  expect(planOf(standing(more), false)).toEqual({ tasks: [{ tenant: "acme", why }], unchanged: 1 });
});

test("one that has left is worked on last, and again once its backups' last day is over", () => {
  const stacks = new Map([["initech", { written: "t1" }], ...standing().stacks]);
  const at = (left?: Note): readonly object[] =>
    planOf(
      standing({ stacks, notes: new Map([...standing().notes, ...(left ? [["initech", left] as const] : [])]) }),
      false,
    ).tasks;
  const task = { tenant: "initech", why: "left" };
  expect(at()).toEqual([task]);
  expect(at(note("9", "t1", "2026-11-29"))).toEqual([]);
  expect(at(note("9", "t1", "2026-11-28"))).toEqual([task]);
  expect(at(note("9", "t2", "2026-12-31"))).toEqual([task]);
  expect(at(note("8", "t1", "2026-12-31"))).toEqual([task]);
});

test("a note is what was written, and anything else is none", () => {
  for (const one of [note("a", "2026-11-29T09:31:44.280Z"), note("9", "2026-11-29T09:31:44Z", "2026-12-27")]) {
    expect(readNote(writeNote(one))).toEqual(one);
  }
  for (const other of ["", "abc t1", hash("a"), `${hash("a")} t1 2026-12-27 more`]) {
    expect(readNote(other)).toBeUndefined();
  }
});

test("the environment's own stack is changed unless its note says what is declared and found", () => {
  expect(isChanged(note("0"), { written: "t1" }, hash("0"))).toBe(false);
  expect(isChanged(undefined, { written: "t1" }, hash("0"))).toBe(true);
  expect(isChanged(note("0"), { written: "t2" }, hash("0"))).toBe(true);
  expect(isChanged(note("0"), undefined, hash("0"))).toBe(true);
  expect(isChanged(note("0"), { written: "t1" }, hash("1"))).toBe(true);
});
