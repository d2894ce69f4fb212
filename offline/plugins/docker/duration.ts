/** Durations as Go writes them: the engine counts nanoseconds, the official plugin speaks Go's text. */

const nanoseconds: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Nanoseconds of a duration such as `1m30s`. */
export function parseDuration(text: string): number {
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(count) * (nanoseconds[unit ?? ""] ?? 0);
  }
  return Math.round(total);
}

/** A duration as Go's `Duration.String` gives it: `1m30s`, `500ms`, `0s`. */
export function formatDuration(value: number): string {
  if (value === 0) return "0s";
  if (value < 1e9) {
    const unit = value < 1e3 ? "ns" : value < 1e6 ? "µs" : "ms";
    return `${value / (nanoseconds[unit] ?? 1)}${unit}`;
  }
  const hours = Math.floor(value / 3600e9);
  const minutes = Math.floor((value % 3600e9) / 60e9);
  const seconds = `${Number(((value % 60e9) / 1e9).toFixed(9))}s`;
  return (hours > 0 ? `${hours}h` : "") + (hours > 0 || minutes > 0 ? `${minutes}m` : "") + seconds;
}
