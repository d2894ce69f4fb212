import { Temporal } from "temporal-polyfill";
import type { ActiveHours, DesiredState, Lifecycle, Transition, Weekday } from "./types";

/** A span of time in milliseconds since 1970, without its end. */
interface Span {
  readonly start: number;
  readonly end: number;
}

const dayMilliseconds = 86_400_000;

/**
 * Days around a span of time that active hours may begin on and still reach into it: they last at most a day, and a clock is at
 * most fourteen hours from UTC, to which a change of it adds an hour.
 */
const reachDays = 2;

/**
 * What a tenant is meant to be at a moment. Its operator's word beats all, then the end of its time (`expiresAt`, `trial`), then
 * `awakeUntil`, then its active hours.
 */
export function desiredState(lifecycle: Lifecycle, now: Date): DesiredState {
  const at = now.getTime();
  return stateAt(lifecycle, at, activeSpans(lifecycle, at, at));
}

/**
 * The moments after `from`, and up to `until`, at which what a tenant is meant to be changes; in order. An agent that knows them
 * needs no time zones.
 */
export function nextTransitions(lifecycle: Lifecycle, from: Date, until: Date): Transition[] {
  const [begin, end] = [from.getTime(), until.getTime()];
  const spans = activeSpans(lifecycle, begin, end);
  const { expiresAt, trial, awakeUntil } = lifecycle;
  const moments = [
    ...spans.flatMap((span) => [span.start, span.end]),
    ...[expiresAt, trial, awakeUntil].flatMap((moment) => (moment ? [moment.getTime()] : [])),
  ];
  const sorted = [...new Set(moments)].filter((at) => at > begin && at <= end).sort((one, other) => one - other);
  const transitions: Transition[] = [];
  let before = stateAt(lifecycle, begin, spans).state;
  for (const at of sorted) {
    const desired = stateAt(lifecycle, at, spans);
    if (desired.state !== before) {
      transitions.push({ at: new Date(at), ...desired });
      before = desired.state;
    }
  }
  return transitions;
}

/** How far the next change is looked for, in days: most are within a week, some behind holidays. */
const horizons = [8, 64, 400];

/** The next change; undefined: there is none within 400 days. */
export function nextTransition(lifecycle: Lifecycle, from: Date): Transition | undefined {
  for (const days of horizons) {
    const [next] = nextTransitions(lifecycle, from, new Date(from.getTime() + days * dayMilliseconds));
    if (next !== undefined) {
      return next;
    }
  }
  return undefined;
}

function stateAt(lifecycle: Lifecycle, at: number, spans: readonly Span[]): DesiredState {
  const { isSuspended, expiresAt, trial, activeHours, awakeUntil } = lifecycle;
  if (isSuspended) {
    return { state: "suspended", reason: "operator" };
  }
  if (expiresAt !== undefined && at >= expiresAt.getTime()) {
    return { state: "suspended", reason: "expired" };
  }
  if (trial !== undefined && at >= trial.getTime()) {
    return { state: "suspended", reason: "trialEnded" };
  }
  if (activeHours.length === 0) {
    return { state: "running", reason: "always" };
  }
  if (spans.some(({ start, end }) => at >= start && at < end)) {
    return { state: "running", reason: "activeHours" };
  }
  return awakeUntil !== undefined && at < awakeUntil.getTime()
    ? { state: "running", reason: "awake" }
    : { state: "suspended", reason: "inactiveHours" };
}

/** The active hours that reach into a span of time, its end included. */
function activeSpans({ activeHours, holidays }: Lifecycle, begin: number, end: number): Span[] {
  if (activeHours.length === 0) {
    return [];
  }
  const days = Math.floor((end - begin) / dayMilliseconds) + 2 * reachDays + 1;
  const first = Temporal.Instant.fromEpochMilliseconds(begin)
    .toZonedDateTimeISO("UTC")
    .toPlainDate()
    .subtract({ days: reachDays });
  const free = new Set(holidays);
  return Array.from({ length: days }, (_, index) => first.add({ days: index }))
    .filter((day) => !free.has(day.toString()))
    .flatMap((day) => activeHours.flatMap((hours) => spansOfDay(hours, day)))
    .filter((span) => span.end >= begin && span.start <= end);
}

/** The hours that start on a day. One whose end the clock reaches before its start, since it is put forward, has no moment in it. */
function spansOfDay({ days, intervals, zone }: ActiveHours, day: Temporal.PlainDate): Span[] {
  return days.includes(day.dayOfWeek as Weekday)
    ? intervals.map(({ start, end }) => ({ start: instantOf(day, start, zone), end: instantOf(day, end, zone) }))
    : [];
}

/** When a clock shows a time: of one that it skips, as much later as it skips; of one that it shows twice, the first. */
function instantOf(day: Temporal.PlainDate, minutes: number, zone: string): number {
  return day.toPlainDateTime().add({ minutes }).toZonedDateTime(zone, { disambiguation: "compatible" })
    .epochMilliseconds;
}
