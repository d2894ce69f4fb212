import { type Day, isDay } from "../keptBackups";

/**
 * What Pulumi's CLI makes of a day or an instant that stands in a stack's file without quotes: it reads a time, and hands on how Go
 * prints one.
 */
const printedByGo = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) ([+-]\d{2})(\d{2}) \S+$/;

/** A day such as `2026-12-25`, also one that stands without quotes in a stack's file; undefined: it is none. */
export function readDay(text: string): Day | undefined {
  const [, date, time] = printedByGo.exec(text) ?? [];
  const day = time === "00:00:00" ? date! : text;
  return isDay(day) ? day : undefined;
}

const instant = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** An instant such as `2026-12-31T18:00:00+01:00`; without its offset from UTC it would be one of many, and is none. */
export function readInstant(text: string): Date | undefined {
  const [, date, time, hours, minutes] = printedByGo.exec(text) ?? [];
  const written = date === undefined ? text : `${date}T${time}${hours}:${minutes}`;
  const [, day] = instant.exec(written) ?? [];
  return day !== undefined && isDay(day) ? new Date(written) : undefined;
}
