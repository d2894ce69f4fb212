import fc from "fast-check";
import { desiredState, nextTransition, nextTransitions, readActiveHours } from "../../../../fleet/lifecycle";
import type { ActiveHours, Lifecycle } from "../../../../fleet/lifecycle";
import { activeMinutes, Clock, type Hours } from "./clock";

const minute = 60_000;
const day = 86_400_000;

const hoursOf = (text: string): ActiveHours => {
  const read = readActiveHours(text);
  if (read.kind !== "right") {
    throw new Error(`${text}: ${read.kind}`);
  }
  return read.hours;
};

const lifecycle = (activeHours: readonly string[], rest: Partial<Lifecycle> = {}): Lifecycle => ({
  isSuspended: false,
  holidays: [],
  ...rest,
  activeHours: activeHours.map(hoursOf),
});

const told = (of: Lifecycle, from: string, until: string): string[] =>
  nextTransitions(of, new Date(from), new Date(until)).map(
    ({ at, state, reason }) => `${at.toISOString().slice(0, 16)}Z ${state} ${reason}`,
  );

describe("active hours", () => {
  it("run from their start on, up to their end", () => {
    const office = lifecycle(["Mon-Fri 08:00-20:00 Europe/Paris"]);
    expect(told(office, "2026-11-27T00:00Z", "2026-12-01T12:00Z")).toEqual([
      "2026-11-27T07:00Z running activeHours",
      "2026-11-27T19:00Z suspended inactiveHours",
      "2026-11-30T07:00Z running activeHours",
      "2026-11-30T19:00Z suspended inactiveHours",
      "2026-12-01T07:00Z running activeHours",
    ]);
    const at = (text: string): string => desiredState(office, new Date(text)).state;
    expect(at("2026-11-27T06:59:59.999Z")).toBe("suspended");
    expect(at("2026-11-27T07:00:00.000Z")).toBe("running");
    expect(at("2026-11-27T18:59:59.999Z")).toBe("running");
    expect(at("2026-11-27T19:00:00.000Z")).toBe("suspended");
  });

  it("over midnight are those of the day that they start on, also where that is a holiday, or the next one is", () => {
    const bar = lifecycle(["Fri,Sat 18:00-02:00 Europe/Paris"], { holidays: ["2026-11-28"] });
    expect(told(bar, "2026-11-26T00:00Z", "2026-12-04T00:00Z")).toEqual([
      "2026-11-27T17:00Z running activeHours",
      "2026-11-28T01:00Z suspended inactiveHours",
    ]);
  });

  it("of a whole week never end, and meet where one interval ends as another starts", () => {
    expect(told(lifecycle(["Mon-Sun 00:00-24:00 Europe/Paris"]), "2026-01-01T00:00Z", "2026-12-31T00:00Z")).toEqual([]);
    expect(nextTransition(lifecycle(["Mon-Sun 00:00-24:00 UTC"]), new Date("2026-01-01T00:00Z"))).toBeUndefined();
    const split = lifecycle(["Mon-Fri 08:00-12:00,12:00-16:00 UTC"]);
    expect(told(split, "2026-11-27T00:00Z", "2026-11-28T00:00Z")).toEqual([
      "2026-11-27T08:00Z running activeHours",
      "2026-11-27T16:00Z suspended inactiveHours",
    ]);
  });

  it("of several zones add up, each with its own day of a holiday", () => {
    const both = lifecycle(["Mon-Fri 09:00-10:00 Asia/Tokyo", "Mon-Fri 09:00-10:00 America/New_York"], {
      holidays: ["2026-11-26"],
    });
    expect(told(both, "2026-11-25T12:00Z", "2026-11-27T12:00Z")).toEqual([
      "2026-11-25T14:00Z running activeHours",
      "2026-11-25T15:00Z suspended inactiveHours",
      "2026-11-27T00:00Z running activeHours",
      "2026-11-27T01:00Z suspended inactiveHours",
    ]);
  });

  it("whose start is skipped begin as much later, and are none where their end comes first", () => {
    // 02:00 is followed by 03:00.
    expect(told(lifecycle(["Sun 02:30-05:00 Europe/Paris"]), "2026-03-28T00:00Z", "2026-03-30T00:00Z")).toEqual([
      "2026-03-29T01:30Z running activeHours",
      "2026-03-29T03:00Z suspended inactiveHours",
    ]);
    expect(told(lifecycle(["Sun 02:30-03:15 Europe/Paris"]), "2026-03-28T00:00Z", "2026-03-30T00:00Z")).toEqual([]);
  });

  it("begin and end by the first of two equal times", () => {
    // 03:00 is followed by 02:00.
    expect(told(lifecycle(["Sun 02:15-02:45 Europe/Paris"]), "2026-10-24T00:00Z", "2026-10-26T00:00Z")).toEqual([
      "2026-10-25T00:15Z running activeHours",
      "2026-10-25T00:45Z suspended inactiveHours",
    ]);
  });

  it("are found in zones that are furthest from UTC, where a day's hours end two days on, or begin the day before", () => {
    const west = lifecycle(["Fri 22:00-21:59 Pacific/Pago_Pago"]);
    expect(desiredState(west, new Date("2026-11-29T08:58Z")).state).toBe("running");
    expect(told(west, "2026-11-29T08:00Z", "2026-11-30T00:00Z")).toEqual(["2026-11-29T08:59Z suspended inactiveHours"]);
    const east = lifecycle(["Sun 00:00-01:00 Pacific/Kiritimati"]);
    expect(desiredState(east, new Date("2026-11-28T10:00Z")).state).toBe("running");
    expect(told(east, "2026-11-27T23:00Z", "2026-11-28T12:00Z")).toEqual([
      "2026-11-28T10:00Z running activeHours",
      "2026-11-28T11:00Z suspended inactiveHours",
    ]);
  });

  it("come again behind weeks of holidays", () => {
    const holidays = Array.from({ length: 90 }, (_, index) =>
      new Date(Date.UTC(2026, 5, 1) + index * day).toISOString().slice(0, 10),
    );
    const school = lifecycle(["Mon-Sun 08:00-16:00 UTC"], { holidays });
    expect(nextTransition(school, new Date("2026-06-01T00:00Z"))).toEqual({
      at: new Date("2026-08-30T08:00Z"),
      state: "running",
      reason: "activeHours",
    });
  });
});

describe("what beats what", () => {
  const night = new Date("2026-11-27T02:00Z");
  const noon = new Date("2026-11-27T12:00Z");
  const before = new Date("2026-11-27T01:00Z");
  const after = new Date("2026-11-28T00:00Z");
  const hours = ["Mon-Fri 08:00-20:00 UTC"];

  it.each<[string, Lifecycle, Date, string]>([
    ["nothing", lifecycle([]), night, "running always"],
    ["an awakening, without a schedule", lifecycle([], { awakeUntil: after }), night, "running always"],
    ["a schedule", lifecycle(hours), night, "suspended inactiveHours"],
    ["an awakening over a schedule", lifecycle(hours, { awakeUntil: after }), night, "running awake"],
    ["an awakening that is over", lifecycle(hours, { awakeUntil: before }), night, "suspended inactiveHours"],
    ["an end over a schedule", lifecycle(hours, { expiresAt: before }), noon, "suspended expired"],
    [
      "an end over an awakening",
      lifecycle(hours, { expiresAt: before, awakeUntil: after }),
      night,
      "suspended expired",
    ],
    ["a trial's end over both", lifecycle(hours, { trial: before, awakeUntil: after }), noon, "suspended trialEnded"],
    ["a trial that goes on", lifecycle([], { trial: after }), noon, "running always"],
    [
      "an operator over all",
      lifecycle(hours, { isSuspended: true, awakeUntil: after, expiresAt: before }),
      noon,
      "suspended operator",
    ],
  ])("%s", (_name, of, at, expected) => {
    const { state, reason } = desiredState(of, at);
    expect(`${state} ${reason}`).toBe(expected);
  });

  it("in the instant of its end a tenant is suspended, and at that of an awakening's asleep again", () => {
    expect(desiredState(lifecycle([], { expiresAt: noon }), noon).state).toBe("suspended");
    expect(desiredState(lifecycle([], { expiresAt: noon }), new Date(noon.getTime() - 1)).state).toBe("running");
    expect(
      told(
        lifecycle(hours, { awakeUntil: new Date("2026-11-27T04:00:30Z") }),
        night.toISOString(),
        "2026-11-27T05:00Z",
      ),
    ).toEqual(["2026-11-27T04:00Z suspended inactiveHours"]);
  });

  it("nothing changes after the end, or for a tenant that its operator has suspended", () => {
    const ended = lifecycle(hours, { expiresAt: noon, awakeUntil: after });
    expect(told(ended, "2026-11-26T00:00Z", "2027-11-26T00:00Z").at(-1)).toBe("2026-11-27T12:00Z suspended expired");
    expect(told(lifecycle(hours, { isSuspended: true }), "2026-11-26T00:00Z", "2027-11-26T00:00Z")).toEqual([]);
  });
});

describe("over a year, against clocks that are read minute by minute", () => {
  const zones = ["Europe/Paris", "Africa/Casablanca", "Australia/Lord_Howe"];
  const [from, until] = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)];
  const clocks = new Map(zones.map((zone) => [zone, new Clock(zone, from - 4 * day, until + 4 * day)]));
  const pad = (value: number): string => `${value}`.padStart(2, "0");
  const time = (minutes: number): string => `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
  const weekdayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  // Clocks change at night: most hours are there.
  const timeOfDay = fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 4 * 60 }));
  const hoursArbitrary: fc.Arbitrary<Hours> = fc
    .record({
      zone: fc.constantFrom(...zones),
      weekdays: fc.oneof(fc.constant([0]), fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 })),
      start: timeOfDay,
      end: fc.oneof(timeOfDay, fc.constant(1440)),
    })
    .filter(({ start, end }) => start !== end);
  const written = ({ zone, weekdays, start, end }: Hours): string =>
    `${weekdays.map((weekday) => weekdayNames[weekday]).join(",")} ${time(start)}-${time(end)} ${zone}`;
  const dayOf = fc
    .oneof(fc.integer({ min: 0, max: 364 }), fc.constantFrom(87, 88, 89, 297, 298, 299))
    .map((index) => new Date(from + index * day).toISOString().slice(0, 10));

  it("the clocks change in that year, one of them by half an hour", () => {
    const lordHowe = clocks.get("Australia/Lord_Howe")!;
    const gap = lordHowe.instantOf(Date.UTC(2026, 9, 4, 2, 15) / minute)!;
    expect(new Date(gap).toISOString()).toBe("2026-10-03T15:45:00.000Z");
    const paris = clocks.get("Europe/Paris")!;
    expect(new Date(paris.instantOf(Date.UTC(2026, 9, 25, 2, 30) / minute)!).toISOString()).toBe(
      "2026-10-25T00:30:00.000Z",
    );
  });

  it("every transition is where the slow way has it, and no other one", () => {
    fc.assert(
      fc.property(
        fc.array(hoursArbitrary, { minLength: 1, maxLength: 3 }),
        fc.uniqueArray(dayOf, { maxLength: 8 }),
        fc.array(fc.integer({ min: 0, max: (until - from) / minute - 1 }), { minLength: 5, maxLength: 5 }),
        (hours, holidays, samples) => {
          const of = lifecycle(hours.map(written), { holidays });
          const offset = (4 * day) / minute;
          const active = activeMinutes(clocks, hours, holidays);
          const expected: string[] = [];
          for (let at = 1; at <= (until - from) / minute; at += 1) {
            if (active[offset + at] !== active[offset + at - 1]) {
              const moment = new Date(from + at * minute).toISOString().slice(0, 16);
              expected.push(`${moment}Z ${active[offset + at] ? "running activeHours" : "suspended inactiveHours"}`);
            }
          }
          expect(told(of, new Date(from).toISOString(), new Date(until).toISOString())).toEqual(expected);
          for (const at of samples) {
            const { state } = desiredState(of, new Date(from + at * minute));
            expect(state).toBe(active[offset + at] ? "running" : "suspended");
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("a state holds until the next transition, whatever the lifecycle says", () => {
    const moment = fc.option(fc.date({ min: new Date(from), max: new Date(until), noInvalidDate: true }), {
      nil: undefined,
    });
    fc.assert(
      fc.property(
        fc.array(hoursArbitrary, { maxLength: 2 }),
        fc.record({ expiresAt: moment, trial: moment, awakeUntil: moment, isSuspended: fc.boolean() }),
        fc.integer({ min: from, max: until - 10 * day }),
        (hours, rest, begin) => {
          const of = lifecycle(hours.map(written), rest);
          let before = desiredState(of, new Date(begin));
          for (const next of nextTransitions(of, new Date(begin), new Date(begin + 9 * day))) {
            expect(desiredState(of, new Date(next.at.getTime() - 1)).state).toBe(before.state);
            expect(desiredState(of, next.at)).toEqual({ state: next.state, reason: next.reason });
            expect(next.state).not.toBe(before.state);
            before = next;
          }
          expect(desiredState(of, new Date(begin + 9 * day)).state).toBe(before.state);
        },
      ),
      { numRuns: 50 },
    );
  });
});
