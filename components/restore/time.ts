/**
 * The time that AT names, Unix seconds: `2026-11-26 10:15`, with seconds if wanted, in UTC, or with a zone such as `+02:00`.
 * Undefined: none is named.
 *
 * @throws Error when it can't be read.
 */
export function readTime(text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const [, date, time, zone] =
    /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?) ?(Z|[+-]\d{2}:\d{2})?$/.exec(text.trim()) ?? [];
  const parsed = Date.parse(`${date}T${time}${zone ?? "Z"}`);
  // A 31st of April is no other day.
  if (Number.isNaN(parsed) || new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date) {
    throw new Error(
      `AT, "${text}", isn't a time. Expected: such as "2026-11-26 10:15", in UTC, or "2026-11-26 10:15 +02:00". Nothing was changed.`,
    );
  }
  return parsed / 1000;
}

/** A time as PostgreSQL and people read it, in UTC. */
export function showTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().replace("T", " ").replace("Z", "")}+00`;
}
