import { readActiveHours, zoneFault } from "../../../../fleet/lifecycle";
import { readDay, readInstant } from "../../../../fleet/lifecycle/moments";

describe("active hours as text", () => {
  it.each([
    ["Mon-Fri 08:00-20:00 Africa/Casablanca", [1, 2, 3, 4, 5], [[480, 1200]], "Africa/Casablanca"],
    ["Sat 00:00-24:00 UTC", [6], [[0, 1440]], "UTC"],
    ["Sat-Mon 22:00-06:00 Etc/GMT+3", [1, 6, 7], [[1320, 1800]], "Etc/GMT+3"],
    [
      "Wed,Mon,Mon-Tue 08:00-12:00,13:30-18:00 Europe/Paris",
      [1, 2, 3],
      [
        [480, 720],
        [810, 1080],
      ],
      "Europe/Paris",
    ],
    ["Sun-Sat 20:00-00:00 America/Port-au-Prince", [1, 2, 3, 4, 5, 6, 7], [[1200, 1440]], "America/Port-au-Prince"],
  ])("%s", (text, days, intervals, zone) => {
    expect(readActiveHours(text)).toEqual({
      kind: "right",
      hours: { days, intervals: intervals.map(([start, end]) => ({ start, end })), zone },
    });
  });

  it.each(["08:00-08:00", "00:00-00:00", "08:00-12:00,13:00-13:00"])("%s says which interval is empty", (intervals) => {
    const interval = intervals.split(",").at(-1);
    expect(readActiveHours(`Mon ${intervals} UTC`)).toEqual({ kind: "emptyInterval", interval });
  });

  it.each([
    "",
    "Mon-Fri 08:00-20:00",
    "08:00-20:00 UTC",
    "mon 08:00-20:00 UTC",
    "Mon 8:00-20:00 UTC",
    "Mon 24:00-06:00 UTC",
    "Mon 08:00-24:01 UTC",
    "Mon 08:60-20:00 UTC",
    "Mon 08:00 UTC",
    "Mon 08:00-20:00 +01:00",
    "Mon 08:00-20:00 UTC UTC",
    "Mon- 08:00-20:00 UTC",
    "Mon 08:00-20:00 UTC\n",
  ])("%j isn't", (text) => {
    expect(readActiveHours(text)).toEqual({ kind: "malformed" });
  });
});

describe("a zone", () => {
  it("is unknown, with the one that was probably meant", () => {
    expect(zoneFault("Europe/Pariss", "2026c")).toEqual({ kind: "unknown", meant: "Europe/Paris" });
    expect(zoneFault("Mars/Olympus_Mons", "2026c")).toMatchObject({ kind: "unknown" });
  });

  it.each([
    ["Africa/Casablanca", "2025c", "2026c"],
    ["Africa/Casablanca", "2026b", "2026c"],
    ["africa/casablanca", "2025c", "2026c"],
    ["Europe/Chisinau", "2025c", "2026a"],
    ["America/Winnipeg", "2026c", "2026e"],
    ["Africa/Casablanca", undefined, "2026c"],
  ])("%s is outdated in %s", (zone, release, neededRelease) => {
    expect(zoneFault(zone, release)).toEqual({ kind: "outdated", neededRelease });
  });

  it.each([
    ["Africa/Casablanca", "2026c"],
    ["Africa/Casablanca", "2027a"],
    ["Europe/Paris", "2025c"],
    ["UTC", undefined],
  ])("%s can be told with %s", (zone, release) => {
    expect(zoneFault(zone, release)).toBeUndefined();
  });

  it("is told as its release has it: Casablanca is at UTC since 2026-09-20 where Node.js knows of it, and refused where not", () => {
    const hour = new Intl.DateTimeFormat("en-GB", { timeZone: "Africa/Casablanca", hour: "2-digit", hourCycle: "h23" });
    const isKnown = hour.format(new Date("2026-11-27T08:00Z")) === "08";
    expect(zoneFault("Africa/Casablanca", process.versions["tz"]) === undefined).toBe(isKnown);
  });
});

describe("a day and an instant", () => {
  it.each([
    ["2026-12-25", "2026-12-25"],
    ["2026-12-25 00:00:00 +0000 UTC", "2026-12-25"],
    ["2026-12-25 01:00:00 +0000 UTC", undefined],
    ["2026-02-30", undefined],
    ["25.12.2026", undefined],
    ["2026-12-25T00:00:00Z", undefined],
  ])("%s is the day %s", (text, day) => {
    expect(readDay(text)).toBe(day);
  });

  it.each([
    ["2026-12-31T18:00Z", "2026-12-31T18:00:00.000Z"],
    ["2026-12-31T18:00:00+01:00", "2026-12-31T17:00:00.000Z"],
    ["2026-12-31T18:00:00.5-09:30", "2027-01-01T03:30:00.500Z"],
    ["2026-12-31 18:00:00 +0100 +0100", "2026-12-31T17:00:00.000Z"],
    ["2026-12-31 18:00:00 +0000 UTC", "2026-12-31T18:00:00.000Z"],
    ["2026-12-31T18:00", undefined],
    ["2026-12-31", undefined],
    ["2026-02-30T18:00Z", undefined],
    ["2026-12-31T24:00Z", undefined],
    ["tomorrow", undefined],
  ])("%s is the instant %s", (text, moment) => {
    expect(readInstant(text)?.toISOString()).toBe(moment);
  });
});
