import type { Selectable } from "kysely";
import {
  desiredState,
  type Lifecycle,
  type LifecycleReason,
  nextTransition,
  nextTransitions,
  parseFleet,
  readActiveHours,
  type Transition,
  zoneFault,
} from "odoo-fleet/fleet";
import type { JobKind, TenantTable } from "../database/schema.ts";

/** What a tenant's row says of when it is meant to run. */
export interface TenantTimes {
  readonly stopped_at: Date | null;
  readonly operator_suspended_at: Date | null;
  readonly unpaid_at: Date | null;
  readonly expires_at: Date | null;
  readonly trial_until: Date | null;
  readonly awake_until: Date | null;
  readonly active_hours: readonly string[];
  readonly holidays: readonly string[];
  readonly delete_at: Date | null;
  readonly sleep_after: number | null;
}

/** Minutes for which a tenant is let be after a job of its lifecycle failed. */
export const restMinutes = 10;

/** The same after one of its end failed: each try of a last backup has its database run and takes the host's time. */
const endRestMinutes = 60;

/** Zones that this Node.js was asked for, and whether it has them. */
const knownZones = new Map<string, boolean>();

/** Whether this Node.js has a zone: the web process, which took it, may have a newer database of them than a worker. */
function isKnown(zone: string): boolean {
  const known = knownZones.get(zone);
  if (known !== undefined) {
    return known;
  }
  let isThere = true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    isThere = false;
    console.error(
      `this Node.js (tz ${process.versions["tz"] ?? "unknown"}) has no zone ${zone}: tenants run as if they had no hours there; expected a newer Node.js 24`,
    );
  }
  knownZones.set(zone, isThere);
  return isThere;
}

/** The fleet's own lifecycle of a tenant's times. Where hours are of a zone that can't be told, it has none: nobody is locked out by them, and no other tenant is kept from its own. */
export function lifecycleOf(times: TenantTimes): Lifecycle {
  const { expires_at: expiresAt, trial_until: trial, awake_until: awakeUntil } = times;
  const hours = times.active_hours.flatMap((text) => {
    const read = readActiveHours(text);
    return read.kind === "right" ? [read.hours] : [];
  });
  return {
    isSuspended: [times.stopped_at, times.operator_suspended_at, times.unpaid_at, times.delete_at].some((at) => at),
    ...(expiresAt && { expiresAt }),
    ...(trial && { trial }),
    ...(awakeUntil && { awakeUntil }),
    activeHours: hours.every(({ zone }) => isKnown(zone)) ? hours : [],
    holidays: times.holidays,
  };
}

/** When a tenant runs, as its customer sees it. */
export interface LifecycleView {
  /** What it is meant to be now. */
  readonly desired: "running" | "suspended";
  /** Why; `stopped` is the customer's own doing, `operator` isn't, `unpaid` ends when his invoices are paid, and `deleting` has its end at `changesAt`. */
  readonly reason: LifecycleReason | "stopped" | "unpaid" | "deleting";
  /** When that changes next; null: not within 400 days. */
  readonly changesAt: string | null;
  readonly activeHours: readonly string[];
  readonly holidays: readonly string[];
  readonly expiresAt: string | null;
  readonly trialUntil: string | null;
  readonly awakeUntil: string | null;
  /** Whether a visit wakes it while it is suspended as its customer or its active hours want it. */
  readonly wakeOnRequest: boolean;
  /** Minutes without a visit after which it sleeps again; null: no visit wakes it. */
  readonly sleepAfter: number | null;
}

/** What keeps a visit from waking a tenant, whether its customer has stopped it besides or not: it is for good, until somebody says otherwise. */
const final: readonly LifecycleView["reason"][] = ["deleting", "operator", "unpaid", "expired", "trialEnded"];

/** Minutes without a visit after which a tenant that is suspended now sleeps again when a visit has woken it; null: no visit wakes it. */
export function sleepAfterNow(times: TenantTimes, now: Date): number | null {
  const isMeantToRun = desiredState(lifecycleOf(times), now).state === "running";
  const { reason } = lifecycleView({ ...times, stopped_at: null }, now);
  return isMeantToRun || final.includes(reason) ? null : times.sleep_after;
}

/** Shows when a tenant runs, at a moment. */
export function lifecycleView(times: TenantTimes, now: Date): LifecycleView {
  const lifecycle = lifecycleOf(times);
  const { state, reason } = desiredState(lifecycle, now);
  const isOperators = reason !== "operator" || times.operator_suspended_at !== null;
  const end = times.delete_at;
  return {
    desired: state,
    reason: end ? "deleting" : isOperators ? reason : times.unpaid_at ? "unpaid" : "stopped",
    changesAt: (end ?? nextTransition(lifecycle, now)?.at)?.toISOString() ?? null,
    activeHours: times.active_hours,
    holidays: times.holidays,
    expiresAt: times.expires_at?.toISOString() ?? null,
    trialUntil: times.trial_until?.toISOString() ?? null,
    awakeUntil: times.awake_until?.toISOString() ?? null,
    wakeOnRequest: times.sleep_after !== null,
    sleepAfter: times.sleep_after,
  };
}

/** How far changes are looked for, in days: most are within a week, some behind holidays. */
const horizons = [8, 64, 400];

/** The next changes of what a tenant is meant to be, at most `count`, within 400 days. */
export function nextChanges(times: TenantTimes, now: Date, count: number): Transition[] {
  const lifecycle = lifecycleOf(times);
  let found: Transition[] = [];
  for (const days of horizons) {
    found = nextTransitions(lifecycle, now, new Date(now.getTime() + days * 86_400_000));
    if (found.length >= count) {
      break;
    }
  }
  return found.slice(0, count);
}

/** What a tenant was brought to last. */
export type Made = Pick<Selectable<TenantTable>, "made_state" | "made_sleep_after">;

/**
 * The job that brings a tenant to what it is meant to be; undefined: it is that, or was never made, or its last try failed a moment ago.
 *
 * @param failedAt when its last job failed; null when it didn't.
 */
export function dueJob(
  times: TenantTimes & Made,
  failedAt: Date | null,
  now: Date,
): Extract<JobKind, "suspend" | "resume" | "wake" | "delete"> | undefined {
  const { made_state: made } = times;
  if (made !== null && times.delete_at !== null && times.delete_at <= now) {
    return isResting(failedAt, endRestMinutes, now) ? undefined : "delete";
  }
  const desired = desiredState(lifecycleOf(times), now).state;
  if (made === null || isResting(failedAt, restMinutes, now)) {
    return undefined;
  }
  if (desired === made) {
    return made === "suspended" && sleepAfterNow(times, now) !== times.made_sleep_after ? "wake" : undefined;
  }
  return desired === "suspended" ? "suspend" : "resume";
}

/** What is still to be erased of a deleted tenant. */
export interface Remains {
  readonly keep_until: Date | null;
  readonly data_erased_at: Date | null;
  readonly erased_at: Date | null;
}

/** Whether something of a deleted tenant is to be erased now: its data at once, its backups when their time is over. */
export function isErasureDue(
  { keep_until, data_erased_at, erased_at }: Remains,
  failedAt: Date | null,
  now: Date,
): boolean {
  const isOver = data_erased_at === null || keep_until === null || keep_until <= now;
  return erased_at === null && isOver && !isResting(failedAt, endRestMinutes, now);
}

/** Whether it is let be for so many minutes, since its last job failed. */
export function isResting(failedAt: Date | null, minutes: number, now: Date): boolean {
  return failedAt !== null && now.getTime() < failedAt.getTime() + minutes * 60_000;
}

/** What is wrong with a schedule, by the fleet's own decoder: its field, and what is expected. */
export interface ScheduleFault {
  readonly field: string;
  /** `malformed`: active hours that can't be read, `emptyInterval`: an end that is the start, `zone`: no zone whose hours can be told. */
  readonly reason: "malformed" | "emptyInterval" | "zone" | "invalid";
  readonly detail: string;
}

/** Judges active hours and holidays as the fleet does those of a declared tenant. */
export function scheduleFaults(activeHours: readonly string[], holidays: readonly string[]): ScheduleFault[] {
  const lifecycle = { ...(activeHours.length > 0 && { activeHours }), ...(holidays.length > 0 && { holidays }) };
  const parsed = parseFleet({ hosts: { local: {} }, tenants: { example: { slot: 1, lifecycle } } }, "portal");
  return parsed.ok
    ? []
    : parsed.problems.map(({ path, expected }) => ({
        ...faultAt(path.split("lifecycle.").at(-1)!, activeHours),
        detail: `expected ${expected}`,
      }));
}

function faultAt(field: string, activeHours: readonly string[]): Pick<ScheduleFault, "field" | "reason"> {
  const [, index] = /^activeHours\[(\d+)\]$/.exec(field) ?? [];
  if (index === undefined) {
    return { field, reason: "invalid" };
  }
  const read = readActiveHours(activeHours[Number(index)]!);
  if (read.kind !== "right") {
    return { field, reason: read.kind };
  }
  return { field, reason: zoneFault(read.hours.zone, process.versions["tz"]) ? "zone" : "invalid" };
}
