import { type FleetConfigError, resolveFleet } from "../../../../fleet";
import { obstacleToRunning, wayToRun } from "../../../../fleet/lifecycle/obstacleToRunning";
import { suspendedByLifecycle } from "../../../../fleet/lifecycle/told";
import { resolveLifecycle } from "../../../../fleet/lifecycleChecks";
import type { ConfigProblem, Fleet } from "../../../../fleet";

const hosts = { local: {} };
const friday = new Date("2026-11-27T12:00Z");
const night = new Date("2026-11-27T23:00Z");
const office = { activeHours: ["Mon-Fri 08:00-20:00 Europe/Paris"] };

const fleetOf = (tenant: object, now = friday): Fleet =>
  resolveFleet({ hosts, tenants: { acme: { slot: 1, ...tenant } } }, "dev", undefined, now);
const problemsOf = (lifecycle: unknown, rest: object = {}): readonly ConfigProblem[] => {
  try {
    fleetOf({ lifecycle, ...rest });
    return [];
  } catch (error) {
    return (error as FleetConfigError).problems;
  }
};

describe("a tenant with a lifecycle", () => {
  it("is resolved to what it is meant to be at the moment that is given", () => {
    const stateAt = (now: Date, more: object = {}): string =>
      fleetOf({ lifecycle: { ...office, ...more } }, now).tenants["acme"]!.state;
    expect(stateAt(friday)).toBe("running");
    expect(stateAt(night)).toBe("suspended");
    expect(stateAt(night, { awakeUntil: "2026-11-28T02:00+01:00" })).toBe("running");
    expect(stateAt(friday, { holidays: ["2026-11-27"] })).toBe("suspended");
    expect(stateAt(friday, { expiresAt: "2026-11-27T12:00Z", awakeUntil: "2026-11-28T02:00Z" })).toBe("suspended");
    expect(stateAt(friday, { trial: "2026-11-27T12:00:01Z" })).toBe("running");
  });

  it("looks at the clock where no moment is given", () => {
    const past = { hosts, tenants: { acme: { lifecycle: { expiresAt: "2020-01-01T00:00Z" } } } };
    const future = { hosts, tenants: { acme: { lifecycle: { expiresAt: "9000-01-01T00:00Z" } } } };
    expect(resolveFleet(past, "dev").tenants["acme"]!.state).toBe("suspended");
    expect(resolveFleet(future, "dev").tenants["acme"]!.state).toBe("running");
  });

  it("that is suspended by it gives its memory back and keeps everything else, as one whose state says so", () => {
    // Room for one of the smallest plan, and for the web server of one that is suspended.
    const small = { local: { memory: 1040 } };
    const tenants = { acme: { slot: 1, lifecycle: office }, globex: { slot: 2 } };
    expect(() => resolveFleet({ hosts: small, tenants }, "dev", undefined, friday)).toThrow(/memory/);
    const byItself = resolveFleet({ hosts: small, tenants }, "dev", undefined, night).tenants["acme"]!;
    const { lifecycle, ...same } = byItself;
    expect(lifecycle).toBeDefined();
    expect(same).toEqual(fleetOf({ state: "suspended" }).tenants["acme"]);
  });

  it("obeys its state: suspended stays so, decommissioned too, and a copy without data is unfilled", () => {
    expect(fleetOf({ state: "suspended", lifecycle: office }).tenants["acme"]!.state).toBe("suspended");
    expect(fleetOf({ state: "decommissioned", lifecycle: office }, night).tenants["acme"]).toMatchObject({
      state: "decommissioned",
    });
    const tenants = { acme: { slot: 1 }, copy: { slot: 2, copyOf: "acme", lifecycle: office } };
    expect(resolveFleet({ hosts, tenants }, "dev", undefined, night).tenants["copy"]!.state).toBe("unfilled");
  });

  it("takes days and instants without quotes, as Pulumi's CLI hands them on", () => {
    const lifecycle = { ...office, holidays: ["2026-11-27 00:00:00 +0000 UTC"] };
    expect(fleetOf({ lifecycle }).tenants["acme"]!.state).toBe("suspended");
    const ended = { expiresAt: "2026-11-27 13:00:00 +0100 +0100" };
    expect(fleetOf({ lifecycle: ended }).tenants["acme"]!.state).toBe("suspended");
    const gone = { state: "decommissioned", keepUntil: "2026-12-27 00:00:00 +0000 UTC" };
    expect(fleetOf(gone).tenants["acme"]).toMatchObject({ keepUntil: "2026-12-27" });
  });
});

describe("a wrong lifecycle is refused with path, value, expectation and way out", () => {
  const path = "odoo-fleet:tenants.acme.lifecycle";

  it.each<[string, object, string, RegExp, RegExp]>([
    ["an unknown key", { expires: "2026-12-31T18:00Z" }, ".expires", /expiresAt/, /expiresAt/],
    [
      "an instant without an offset",
      { expiresAt: "2026-12-31T18:00" },
      ".expiresAt",
      /offset from UTC/,
      /expiresAt' 2026/,
    ],
    ["a day for an instant", { trial: "2026-12-31" }, ".trial", /offset from UTC/, /trial' 2026/],
    ["no hours at all", { activeHours: [] }, ".activeHours", /at least one/, /config rm/],
    [
      "hours without a zone",
      { activeHours: ["Mon-Fri 08:00-20:00"] },
      ".activeHours[0]",
      /time zone/,
      /activeHours\[0\]'/,
    ],
    [
      "an interval that ends when it starts",
      { activeHours: ["Mon 08:00-20:00 UTC", "Sat 08:00-08:00 Europe/Paris"] },
      ".activeHours[1]",
      /08:00-08:00 may mean nothing or a whole day/,
      /activeHours\[1\]' 'Sat 00:00-24:00 Europe\/Paris'$/,
    ],
    [
      "a zone that doesn't exist",
      { activeHours: ["Mon 08:00-20:00 Europe/Pariss"] },
      ".activeHours[0]",
      /Did you mean "Europe\/Paris"/,
      /'Mon 08:00-20:00 Europe\/Paris'$/,
    ],
    [
      "a holiday that is no day",
      { ...office, holidays: ["2026-02-30"] },
      ".holidays[0]",
      /a day such as/,
      /holidays\[0\]'/,
    ],
    ["holidays of nothing", { holidays: ["2026-12-25"] }, ".holidays", /without activeHours/, /config rm/],
  ])("%s", (_name, lifecycle, at, expected, wayOut) => {
    const problems = problemsOf(lifecycle);
    expect(problems.map((problem) => problem.path)).toEqual([path + at]);
    expect(problems[0]!.expected).toMatch(expected);
    expect(problems[0]!.wayOut).toMatch(wayOut);
    expect(problems[0]!.value).not.toBe("");
  });

  it("all at once, and beside what else is wrong", () => {
    const problems = problemsOf(
      { activeHours: ["Mon 08:00-08:00 UTC", "Mon 08:00-09:00 Mars/Base"] },
      { plan: "huge" },
    );
    expect(problems.map((problem) => problem.path).sort()).toEqual([
      `${path}.activeHours[0]`,
      `${path}.activeHours[1]`,
      "odoo-fleet:tenants.acme.plan",
    ]);
  });

  it("where the zone's rules are newer than this Node.js, saying what is needed; no other zone is", () => {
    const lifecycle = { activeHours: ["Mon-Fri 08:00-20:00 Africa/Casablanca", "Mon-Fri 08:00-20:00 Europe/Paris"] };
    const problems: ConfigProblem[] = [];
    expect(resolveLifecycle("acme", { lifecycle }, friday, problems, "2025c")).toBeUndefined();
    expect(problems).toEqual([
      {
        path: `${path}.activeHours[0]`,
        value: '"Mon-Fri 08:00-20:00 Africa/Casablanca"',
        expected: expect.stringMatching(/changed in 2026c, and Node\.js [\d.]+ has 2025c/) as string,
        wayOut: expect.stringMatching(/newer Node\.js.*or write the hours in UTC/) as string,
      },
    ]);
    const none: ConfigProblem[] = [];
    expect(resolveLifecycle("acme", { lifecycle }, friday, none, "2026c")?.desired.state).toBe("running");
    expect(none).toEqual([]);
  });

  it("of the zone where this Node.js really is too old, and tells it rightly where it isn't", () => {
    const lifecycle = { activeHours: ["Mon-Fri 08:00-20:00 Africa/Casablanca"] };
    if (process.versions["tz"]! < "2026c") {
      expect(problemsOf(lifecycle).map((problem) => problem.path)).toEqual([`${path}.activeHours[0]`]);
    } else {
      const stateAt = (now: string): string => fleetOf({ lifecycle }, new Date(now)).tenants["acme"]!.state;
      expect(["2026-11-27T07:59Z", "2026-11-27T08:00Z"].map(stateAt)).toEqual(["suspended", "running"]);
      expect(["2026-09-18T06:59Z", "2026-09-18T07:00Z"].map(stateAt)).toEqual(["suspended", "running"]);
    }
  });
});

describe("what a person reads", () => {
  it("is why a tenant doesn't run, and until when, by its own clock and in UTC", () => {
    expect(suspendedByLifecycle(fleetOf({ lifecycle: office }, night))).toEqual([
      {
        tenant: "acme",
        why: "suspended: these aren't its active hours; until Mon 2026-11-30 08:00 Europe/Paris (2026-11-30T07:00Z)",
      },
    ]);
    expect(suspendedByLifecycle(fleetOf({ lifecycle: { expiresAt: "2026-11-01T00:00Z" } }))).toEqual([
      { tenant: "acme", why: "suspended: it has expired (lifecycle.expiresAt)" },
    ]);
    expect(suspendedByLifecycle(fleetOf({ lifecycle: office }))).toEqual([]);
    expect(suspendedByLifecycle(fleetOf({ state: "suspended", lifecycle: office }))).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ["its state", { state: "suspended" }, /^pulumi config set --path 'odoo-fleet:tenants\.acme\.state' running$/],
    ["its hours", { lifecycle: office }, /\.lifecycle\.awakeUntil' 2026-11-28T11:00Z$/],
    [
      "its end",
      { lifecycle: { expiresAt: "2026-11-01T00:00Z" } },
      /^pulumi config rm .*\.lifecycle\.expiresAt', or set/,
    ],
    [
      "its trial's end",
      { lifecycle: { trial: "2026-11-01T00:00Z" } },
      /^pulumi config rm .*\.lifecycle\.trial', or set/,
    ],
    ["its state over its hours", { state: "suspended", lifecycle: office }, /state' running$/],
  ])("is the command that lets it run again, by %s, and the command helps", (_name, tenant, command) => {
    const acme = fleetOf(tenant, night).tenants["acme"]!;
    expect(wayToRun(acme)).toMatch(command);
    expect(obstacleToRunning(acme)).toContain(wayToRun(acme));
  });

  it("is that an operation over its data may outlast its hours, two hours before their end", () => {
    const obstacleAt = (now: string, more: object = {}): string | undefined =>
      obstacleToRunning(fleetOf({ lifecycle: { ...office, ...more } }, new Date(now)).tenants["acme"]!);
    expect(obstacleAt("2026-11-27T16:59Z")).toBeUndefined();
    expect(obstacleAt("2026-11-27T17:00Z")).toMatch(
      /^acme is suspended at 2026-11-27T19:00Z, .*lifecycle\.awakeUntil' 2026-11-28T05:00Z$/,
    );
    expect(obstacleAt("2026-11-27T17:00Z", { awakeUntil: "2026-11-28T05:00Z" })).toBeUndefined();
    expect(obstacleAt("2026-11-27T12:00Z", { expiresAt: "2026-11-27T13:00Z" })).toMatch(
      /expiresAt', or set a later one$/,
    );
    expect(obstacleToRunning(fleetOf({}).tenants["acme"]!)).toBeUndefined();
  });
});
