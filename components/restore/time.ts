/**
 * The time that AT names, Unix seconds: `2026-11-26 10:15`, with seconds if wanted, in UTC, or with a zone such as `+02:00`.
 * Undefined: it can't be read.
 */
export function readTime(text: string): number | undefined {
  const [, date, time, zone] =
    /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?) ?(Z|[+-]\d{2}:\d{2})?$/.exec(text.trim()) ?? [];
  const parsed = Date.parse(`${date}T${time}${zone ?? "Z"}`);
  // A 31st of April is no other day.
  const isReal = date !== undefined && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
  return Number.isNaN(parsed) || !isReal ? undefined : parsed / 1000;
}

/** A time as PostgreSQL and people read it, in UTC. */
export function showTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().replace("T", " ").replace("Z", "")}+00`;
}
