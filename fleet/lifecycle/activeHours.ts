import type { ActiveHours, Interval, Weekday } from "./types";

const names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const day = `(?:${names.join("|")})`;
const days = `${day}(?:-${day})?`;
const time = "(?:[01]\\d|2[0-3]):[0-5]\\d";
const interval = `${time}-(?:${time}|24:00)`;

/** Days, intervals and a zone: `Mon-Fri 08:00-12:00,13:00-18:00 Africa/Casablanca`. */
export const activeHoursPattern = new RegExp(
  `^(${days}(?:,${days})*) (${interval}(?:,${interval})*) ([A-Za-z][A-Za-z0-9_+/-]*)$`,
);

/** Active hours as they were read; `emptyInterval`: the first interval that ends when it starts, which may mean nothing or a day. */
export type ReadActiveHours =
  | { readonly kind: "right"; readonly hours: ActiveHours }
  | { readonly kind: "emptyInterval"; readonly interval: string }
  | { readonly kind: "malformed" };

/**
 * Reads active hours. An interval whose end is the earlier time ends on the next day and belongs to the day that it starts on;
 * 00:00-24:00 is a whole day. Days may go round the week's end (`Sat-Mon`). Whether there is such a zone isn't checked.
 */
export function readActiveHours(text: string): ReadActiveHours {
  const [, dayList, intervalList, zone] = activeHoursPattern.exec(text) ?? [];
  if (dayList === undefined || intervalList === undefined || zone === undefined) {
    return { kind: "malformed" };
  }
  const intervals = intervalList.split(",");
  const empty = intervals.find((one) => one.slice(0, 5) === one.slice(6));
  if (empty !== undefined) {
    return { kind: "emptyInterval", interval: empty };
  }
  const weekdays = [...new Set(dayList.split(",").flatMap(readDays))].sort((one, other) => one - other);
  return { kind: "right", hours: { days: weekdays, intervals: intervals.map(readInterval), zone } };
}

/** `Mon`, or `Mon-Fri`. */
function readDays(text: string): Weekday[] {
  const [first = 0, last = first] = text.split("-").map((name) => names.indexOf(name));
  const count = ((last - first + names.length) % names.length) + 1;
  return Array.from({ length: count }, (_, index) => (((first + index) % names.length) + 1) as Weekday);
}

function readInterval(text: string): Interval {
  const [start = 0, end = 0] = text.split("-").map(minutesOf);
  return { start, end: end > start ? end : end + 24 * 60 };
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}
