/** A month in UTC, as it is written: `2026-11`. */
export const monthPattern = /^20\d{2}-(0[1-9]|1[0-2])$/;

/** The month that a moment is in, in UTC. */
export const monthOf = (moment: Date): string => moment.toISOString().slice(0, 7);

/** The first moment of a month, and that of the next one. */
export function monthSpan(month: string): { readonly from: Date; readonly to: Date } {
  const [year, number] = month.split("-").map(Number) as [number, number];
  return { from: new Date(Date.UTC(year, number - 1, 1)), to: new Date(Date.UTC(year, number, 1)) };
}
