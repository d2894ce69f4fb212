import { resolveFleet } from "../../../fleet";
import { timesOf, timesText } from "../../../tools/lifecycle";

const now = new Date("2026-11-27T23:00Z");
const tenants = {
  acme: { slot: 1, lifecycle: { activeHours: ["Mon-Fri 08:00-20:00 Europe/Paris"], expiresAt: "2026-12-01T12:00Z" } },
  globex: { slot: 2 },
  initech: { slot: 3, state: "suspended", lifecycle: { trial: "2026-12-01T12:00Z" } },
};
const times = timesOf(resolveFleet({ hosts: { local: {} }, tenants }, "dev", undefined, now));

test("each tenant's times are told for people, by its own clock and in UTC, the last at its end", () => {
  expect(timesText(times)).toBe(
    [
      "acme is suspended: these aren't its active hours; until Mon 2026-11-30 08:00 Europe/Paris (2026-11-30T07:00Z)",
      "  running    Mon 2026-11-30 08:00 Europe/Paris  2026-11-30T07:00Z",
      "  suspended  Mon 2026-11-30 20:00 Europe/Paris  2026-11-30T19:00Z",
      "  running    Tue 2026-12-01 08:00 Europe/Paris  2026-12-01T07:00Z",
      "  suspended  Tue 2026-12-01 13:00 Europe/Paris  2026-12-01T12:00Z",
      "globex is running: as its state says",
      "initech is suspended: its operator says so (state)",
      "",
    ].join("\n"),
  );
});

test("and whether a visit wakes it meanwhile", () => {
  const asleep = { acme: { slot: 1, state: "suspended", wakeOnRequest: true } };
  const edge = { domain: "localhost", certificates: "internal" };
  const told = timesOf(resolveFleet({ hosts: { local: {} }, tenants: asleep, edge }, "dev", undefined, now));
  expect(told).toEqual([{ tenant: "acme", state: "suspended", sleepAfter: 30, next: [] }]);
  expect(timesText(told)).toBe(
    "acme is suspended: as its state says; a visit wakes it, and it sleeps after 30 min without one\n",
  );
});

test("and for programs, at most five of them", () => {
  const office = { lifecycle: { activeHours: ["Mon-Sun 08:00-09:00 UTC"] } };
  const [acme] = timesOf(resolveFleet({ hosts: { local: {} }, tenants: { acme: office } }, "dev", undefined, now));
  expect(acme).toMatchObject({ tenant: "acme", state: "suspended" });
  expect(acme!.next).toHaveLength(5);
  expect(acme!.next[0]).toEqual({ at: "2026-11-28T08:00Z", local: "Sat 2026-11-28 08:00 UTC", state: "running" });
});
