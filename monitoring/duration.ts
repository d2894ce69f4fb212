const units = [
  ["d", 86400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/** Whole seconds in Prometheus's notation, with the largest unit that needs no fraction: 90 is `90s`, 120 is `2m`. */
export function duration(seconds: number): string {
  const [unit, size] = units.find(([, one]) => seconds >= one && seconds % one === 0) ?? units[3];
  return `${seconds / size}${unit}`;
}

/** A wait at a fleet's pace, rounded to a second; a wait never vanishes altogether. */
export function paced(seconds: number, pace: number): string {
  return duration(seconds === 0 ? 0 : Math.max(1, Math.round(seconds * pace)));
}
