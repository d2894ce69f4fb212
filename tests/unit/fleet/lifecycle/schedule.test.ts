import { type Lifecycle, readActiveHours } from "../../../../fleet/lifecycle";
import { isFresh, readKept, scheduleOf, scheduleSource, scheduleText } from "../../../../fleet/lifecycle/schedule";

const seconds = (text: string): number => Date.parse(text) / 1000;

function office(rest: Partial<Lifecycle> = {}): Lifecycle {
  const read = readActiveHours("Mon-Fri 09:00-21:00 Europe/Paris");
  return { isSuspended: false, holidays: [], activeHours: read.kind === "right" ? [read.hours] : [], ...rest };
}

/** A Friday. */
const noon = new Date("2026-11-27T12:00:00Z");

it("has the changes of the next 35 days as instants, which turn what the tenant is", () => {
  const schedule = scheduleOf(office(), "running", noon)!;
  const parts = scheduleText(schedule).split(" ");
  expect(parts.slice(0, 6)).toEqual([
    String(noon.getTime() / 1000),
    String(seconds("2027-01-01T12:00Z")),
    "running",
    ...["2026-11-27T20:00Z", "2026-11-30T08:00Z", "2026-11-30T20:00Z"].map((at) => String(seconds(at))),
  ]);
  // Five weeks of five days, both ends of each; of the first day its end, of the last its beginning.
  expect(schedule.changes).toHaveLength(50);
});

it("begins with a change now, while the tenant isn't yet what it is meant to be", () => {
  expect(scheduleOf(office(), "suspended", noon)!.changes.slice(0, 2)).toEqual([noon, new Date("2026-11-27T20:00Z")]);
  expect(scheduleOf(office({ isSuspended: true }), "running", noon)!.changes).toEqual([noon]);
});

it("isn't there for who is what he is meant to be and stays that, also when his end is later", () => {
  expect(scheduleOf(office({ activeHours: [] }), "running", noon)).toBeUndefined();
  expect(scheduleOf(office({ isSuspended: true }), "suspended", noon)).toBeUndefined();
  const end = (text: string): Lifecycle => office({ activeHours: [], expiresAt: new Date(text) });
  expect(scheduleOf(end("2027-01-02T00:00Z"), "running", noon)).toBeUndefined();
  expect(scheduleOf(end("2026-12-31T00:00Z"), "running", noon)!.changes).toEqual([new Date("2026-12-31T00:00Z")]);
});

it("is written anew after a day, and when what it follows from is another", () => {
  const text = scheduleText(scheduleOf(office(), "running", noon)!);
  const source = scheduleSource(office());
  const at = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);
  expect([0, 23.9, 24.1, -1].map((hours) => isFresh(text, source, office(), at(hours)))).toEqual([
    true,
    true,
    false,
    // The clock was ahead when it was written.
    false,
  ]);
  expect(isFresh(text, source, office({ awakeUntil: at(9) }), at(1))).toBe(false);
  expect(isFresh("", "", office(), at(1))).toBe(false);
});

it("knows of the agent's labels alone what it has done", () => {
  expect(["running 5", "suspended 5", "5", "", undefined].map(readKept)).toEqual([
    "running",
    "suspended",
    undefined,
    undefined,
    undefined,
  ]);
});
