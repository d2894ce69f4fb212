import { parseFleet, resolveFleet } from "../../../fleet";
import { estimateHost } from "../../../fleet/estimate";
import type { Tenant } from "../../../fleet/types";

const edge = { domain: "localhost", certificates: "internal" };
const now = new Date("2026-11-27T12:00:00Z");

function declare(tenant: object, more: object = { edge }): Tenant {
  return resolveFleet({ hosts: { local: {} }, tenants: { acme: tenant }, ...more }, "dev", undefined, now).tenants[
    "acme"
  ]!;
}

const wakeOf = (tenant: object): unknown => (declare(tenant) as { wake?: unknown }).wake;

const problemsOf = (tenant: object, more: object): string[] => {
  const result = parseFleet({ hosts: { local: {} }, tenants: { acme: tenant }, ...more }, "dev", undefined, now);
  return result.ok ? [] : result.problems.map(({ path, wayOut }) => `${path}: ${wayOut}`);
};

test("a suspended tenant is woken by a visit where it says so, and sleeps after half an hour", () => {
  expect(wakeOf({ state: "suspended" })).toBeUndefined();
  expect(wakeOf({ state: "suspended", wakeOnRequest: false })).toBeUndefined();
  expect(wakeOf({ state: "suspended", wakeOnRequest: true })).toEqual({ sleepAfterMinutes: 30 });
  expect(wakeOf({ state: "suspended", wakeOnRequest: true, sleepAfter: 90 })).toEqual({ sleepAfterMinutes: 90 });
});

test("one that runs isn't woken, nor one whose time is over, but one outside its hours is", () => {
  expect(wakeOf({ wakeOnRequest: true })).toBeUndefined();
  expect(wakeOf({ state: "decommissioned", wakeOnRequest: true })).toBeUndefined();
  const times = (lifecycle: object): unknown => wakeOf({ wakeOnRequest: true, lifecycle });
  expect(times({ activeHours: ["Mon-Fri 18:00-20:00 UTC"] })).toEqual({ sleepAfterMinutes: 30 });
  expect(times({ expiresAt: "2026-11-27T11:00Z" })).toBeUndefined();
  expect(times({ trial: "2026-11-27T11:00Z" })).toBeUndefined();
  const stopped = { state: "suspended", wakeOnRequest: true };
  expect(wakeOf({ ...stopped, lifecycle: { trial: "2026-11-27T11:00Z" } })).toBeUndefined();
  expect(wakeOf({ ...stopped, lifecycle: { trial: "2026-11-27T13:00Z" } })).toEqual({ sleepAfterMinutes: 30 });
});

test("what means nothing is refused: no edge to wake it, a time without a wake, a time that is too short", () => {
  expect(problemsOf({ wakeOnRequest: true }, {})).toEqual([
    expect.stringMatching(/^odoo-fleet:tenants\.acme\.wakeOnRequest: declare one: .*edge\.domain.*wakeOnRequest/),
  ]);
  expect(problemsOf({ sleepAfter: 30 }, { edge })).toEqual([
    expect.stringMatching(/^odoo-fleet:tenants\.acme\.sleepAfter: .*wakeOnRequest.* true, or .*sleepAfter/),
  ]);
  expect(problemsOf({ wakeOnRequest: true, sleepAfter: 14 }, { edge })).toHaveLength(1);
  expect(problemsOf({ wakeOnRequest: true, sleepAfter: 15 }, { edge })).toEqual([]);
});

test("a plan says after how long what is due wakes its tenants; where nothing ever runs, that is refused", () => {
  const plans = { night: { memory: 1024, cpus: 1, wakeForActions: 60 } };
  const sleeping = { state: "suspended", plan: "night" };
  const wake = (tenant: object): unknown => (declare(tenant, { edge, plans }) as { wake?: unknown }).wake;
  expect(wake({ ...sleeping, wakeOnRequest: true })).toEqual({ sleepAfterMinutes: 30, actionsAfterMinutes: 60 });
  expect(wake(sleeping)).toBeUndefined();
  const declared = (plan: object): string[] =>
    problemsOf(sleeping, { edge, plans: { night: { ...plans.night, ...plan } } });
  expect(declared({})).toEqual([]);
  expect(declared({ wakeForActions: 14 })).toHaveLength(1);
  expect(declared({ maxCronThreads: 0 })).toEqual([
    expect.stringMatching(/^odoo-fleet:plans\.night\.wakeForActions: .*wakeForActions', or .*maxCronThreads' 1$/),
  ]);
});

test("a host has to hold those that may be woken as if they ran", () => {
  const used = (tenant: object): number => {
    const fleet = resolveFleet({ hosts: { local: {} }, tenants: { acme: tenant }, edge }, "dev", undefined, now);
    return estimateHost(fleet, fleet.hosts["local"]!).memoryMiB.used;
  };
  const awake = used({});
  expect(used({ state: "suspended", wakeOnRequest: true })).toBe(awake);
  expect(used({ state: "suspended" })).toBeLessThan(awake / 5);
  const small = { hosts: { local: { memory: awake - 1 } }, edge };
  expect(problemsOf({ state: "suspended", wakeOnRequest: true }, small)).toEqual([
    expect.stringContaining("odoo-fleet:hosts.local.memory"),
  ]);
  expect(problemsOf({ state: "suspended" }, small)).toEqual([]);
});
