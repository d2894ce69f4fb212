import { Temporal } from "temporal-polyfill";
import type { Fleet } from "../types";
import { nextTransition } from "./desiredState";
import type { TenantLifecycle } from "./tenantLifecycle";
import type { Lifecycle, LifecycleReason } from "./types";

const reasons: Readonly<Record<LifecycleReason, string>> = {
  operator: "its operator says so (state)",
  expired: "it has expired (lifecycle.expiresAt)",
  trialEnded: "its trial is over (lifecycle.trial)",
  awake: "it is awake (lifecycle.awakeUntil)",
  activeHours: "these are its active hours",
  inactiveHours: "these aren't its active hours",
  always: "its time isn't over",
};

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** A moment in UTC, to the minute: `2026-11-30T08:00Z`. */
export function utcOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 16)}Z`;
}

/** The same by the clock of a zone: `Mon 2026-11-30 08:00 Africa/Casablanca`. */
export function localOf(moment: Date, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(zone);
  const time = local.toPlainTime().toString({ smallestUnit: "minute" });
  return `${weekdays[local.dayOfWeek - 1]} ${local.toPlainDate().toString()} ${time} ${zone}`;
}

/** The zone that a lifecycle is told in: that of its first active hours. */
export function zoneOf({ activeHours }: Lifecycle): string {
  return activeHours[0]?.zone ?? "UTC";
}

/** Why a tenant is what it is, and until when: `suspended: these aren't its active hours; until Mon 2026-11-30 08:00 Europe/Paris (2026-11-30T07:00Z)`. */
export function toldLifecycle({ lifecycle, now, desired }: TenantLifecycle): string {
  const next = nextTransition(lifecycle, now);
  const until = next === undefined ? "" : `; until ${localOf(next.at, zoneOf(lifecycle))} (${utcOf(next.at)})`;
  return `${desired.state}: ${reasons[desired.reason]}${until}`;
}

/** A tenant that doesn't run by its own times. */
export interface SuspendedByLifecycle {
  readonly tenant: string;
  /** See `toldLifecycle`. */
  readonly why: string;
}

/** The tenants that don't run by their own times, though their `state` lets them. */
export function suspendedByLifecycle({ tenants }: Fleet): SuspendedByLifecycle[] {
  return Object.values(tenants).flatMap(({ name, state, lifecycle }) =>
    state === "suspended" && lifecycle !== undefined && lifecycle.desired.reason !== "operator"
      ? [{ tenant: name, why: toldLifecycle(lifecycle) }]
      : [],
  );
}
