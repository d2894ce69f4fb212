/** A day in UTC, such as `2026-12-27`. */
export type Day = string;

const dayMilliseconds = 86_400_000;

/** The day of a moment, UTC. */
export function dayOf(moment: Date): Day {
  return moment.toISOString().slice(0, 10);
}

/** The day that is so many days after another. */
export function dayAfter(day: Day, days: number): Day {
  return dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMilliseconds));
}

/** Whether text such as `2026-12-27` is a day: no other one is meant by the 31st of April. */
export function isDay(text: string): boolean {
  const parsed = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return parsed !== undefined && !Number.isNaN(parsed.getTime()) && dayOf(parsed) === text;
}
