import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dueJob,
  lifecycleView,
  type Made,
  scheduleFaults,
  sleepAfterNow,
  type TenantTimes,
} from "../../src/lifecycle/times.ts";

const always: TenantTimes = {
  ...{
    stopped_at: null,
    operator_suspended_at: null,
    unpaid_at: null,
    expires_at: null,
    trial_until: null,
    awake_until: null,
  },
  ...{ active_hours: [], holidays: [], delete_at: null, sleep_after: null },
};
const office: TenantTimes = { ...always, active_hours: ["Mon-Fri 08:00-20:00 Africa/Casablanca"] };

/** What it was brought to last, and with how many minutes without a visit after which it sleeps again. */
const madeAs = (made_state: Made["made_state"], made_sleep_after: number | null = null): Made => ({
  ...{ made_state, made_sleep_after },
});

/** What a worker would do that looks each 30 s, and is away now and then: the moments at which it changes something. */
function looked(
  times: TenantTimes,
  from: string,
  until: string,
  isAway: (at: Date) => boolean = () => false,
): string[] {
  let made: "running" | "suspended" = "running";
  const changes: string[] = [];
  for (let at = new Date(from); at < new Date(until); at = new Date(at.getTime() + 30_000)) {
    const due: ReturnType<typeof dueJob> = isAway(at) ? undefined : dueJob({ ...times, ...madeAs(made) }, null, at);
    if (due) {
      made = due === "suspend" ? "suspended" : "running";
      changes.push(`${at.toISOString().slice(0, 16)} ${due}`);
    }
  }
  return changes;
}

test("a week of active hours: a tenant is stopped and started when they end and begin, and once only", () => {
  // Casablanca is at UTC then; with older data of time zones it would be an hour from it.
  assert.deepEqual(looked({ ...office, holidays: ["2026-11-18"] }, "2026-11-16T12:00:00Z", "2026-11-19T21:00:00Z"), [
    "2026-11-16T20:00 suspend",
    "2026-11-17T08:00 resume",
    "2026-11-17T20:00 suspend",
    "2026-11-19T08:00 resume",
    "2026-11-19T20:00 suspend",
  ]);
});

test("a worker that was away does what is right when it is back, and nothing of what it missed", () => {
  const isAway = (at: Date) => at > new Date("2026-11-16T19:00Z") && at < new Date("2026-11-17T21:00Z");
  assert.deepEqual(looked(office, "2026-11-16T12:00:00Z", "2026-11-18T09:00:00Z", isAway), [
    "2026-11-17T21:00 suspend",
    "2026-11-18T08:00 resume",
  ]);
});

test("a stop beats hours, an end beats being awake, an operator's suspension beats all", () => {
  const at = new Date("2026-11-16T22:00:00Z");
  const later = new Date("2026-11-17T00:00:00Z");
  const reasonOf = (times: TenantTimes) => lifecycleView(times, at).reason;
  assert.equal(reasonOf(office), "inactiveHours");
  assert.equal(reasonOf({ ...office, awake_until: later }), "awake");
  assert.equal(reasonOf({ ...office, awake_until: later, trial_until: at }), "trialEnded");
  assert.equal(reasonOf({ ...office, awake_until: later, trial_until: at, expires_at: at }), "expired");
  assert.equal(reasonOf({ ...always, expires_at: at, stopped_at: at }), "stopped");
  assert.equal(reasonOf({ ...always, stopped_at: at, operator_suspended_at: at }), "operator");
});

test("nothing is due of a tenant that was never made, or whose last job failed within ten minutes", () => {
  const at = new Date("2026-11-16T22:00:00Z");
  const before = (minutes: number) => new Date(at.getTime() - minutes * 60_000);
  assert.equal(dueJob({ ...office, ...madeAs(null) }, null, at), undefined);
  assert.equal(dueJob({ ...office, ...madeAs("running") }, before(9), at), undefined);
  assert.equal(dueJob({ ...office, ...madeAs("running") }, before(10), at), "suspend");
  assert.equal(dueJob({ ...office, ...madeAs("suspended") }, null, at), undefined);
  assert.equal(dueJob({ ...always, ...madeAs("suspended") }, null, at), "resume");
});

test("a visit wakes what its customer or its hours have stopped, and nothing whose time is over or that somebody else keeps from running", () => {
  const at = new Date("2026-11-16T22:00:00Z");
  const later = new Date("2026-11-17T00:00:00Z");
  const wakeable = { ...office, sleep_after: 30 };
  assert.equal(sleepAfterNow(wakeable, at), 30);
  assert.equal(sleepAfterNow({ ...always, sleep_after: 45, stopped_at: at, trial_until: later }, at), 45);
  assert.equal(sleepAfterNow({ ...wakeable, sleep_after: null }, at), null);
  assert.equal(sleepAfterNow({ ...wakeable, awake_until: later }, at), null);
  for (const end of ["expires_at", "trial_until", "operator_suspended_at", "unpaid_at", "delete_at"] as const) {
    assert.equal(sleepAfterNow({ ...wakeable, [end]: at }, at), null, end);
    assert.equal(sleepAfterNow({ ...wakeable, stopped_at: at, [end]: at }, at), null, `${end}, and stopped`);
  }
});

test("one that sleeps is brought to it anew where a visit is to wake it or no longer, and nothing is done to one that runs", () => {
  const at = new Date("2026-11-16T22:00:00Z");
  const wakeable = { ...office, sleep_after: 30 };
  const due = (times: TenantTimes, made: Made) => dueJob({ ...times, ...made }, null, at);
  assert.equal(due(wakeable, madeAs("suspended")), "wake");
  assert.equal(due(wakeable, madeAs("suspended", 30)), undefined);
  assert.equal(due({ ...wakeable, sleep_after: 60 }, madeAs("suspended", 30)), "wake");
  assert.equal(due({ ...wakeable, trial_until: at }, madeAs("suspended", 30)), "wake");
  assert.equal(due(office, madeAs("suspended", 30)), "wake");
  assert.equal(due({ ...always, sleep_after: 30 }, madeAs("running")), undefined);
});

test("a schedule is judged by the fleet's decoder, which names each mistake", () => {
  assert.deepEqual(scheduleFaults(["Fri,Sat 18:00-02:00 America/New_York"], ["2026-12-25"]), []);
  assert.deepEqual(scheduleFaults([], []), []);
  const faults = scheduleFaults(["Mon 08:00-20:00 UTC", "mornings"], ["2026-02-30"]);
  assert.deepEqual(faults.map(({ field }) => field).sort(), ["activeHours[1]", "holidays[0]"]);
  const [zone] = scheduleFaults(["Mon-Fri 08:00-20:00 Europe/Pari"], []);
  assert.equal(zone!.field, "activeHours[0]");
  assert.match(zone!.detail, /Did you mean .*Europe\/Paris/);
  assert.equal(scheduleFaults(["Mon 08:00-08:00 UTC"], [])[0]!.field, "activeHours[0]");
  // Holidays are exceptions of hours: without them they would be for nothing.
  assert.equal(scheduleFaults([], ["2026-12-25"])[0]!.field, "holidays");
});
