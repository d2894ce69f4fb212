/** Share of a tenant's answers that are to be good: 99.5 %, about 3.6 hours of failure in 30 days. */
export const objective = 0.995;

/** Seconds between two evaluations of what looks back for hours. */
export const objectiveInterval = 60;

/** A pace at which an error budget is used up, and what it means. */
export interface Burn {
  /** Times faster than a month's budget lasts a month. */
  readonly factor: number;
  /** Seconds: the pace is judged over the long window, and only while it goes on in the short one. */
  readonly long: number;
  readonly short: number;
  readonly severity: "critical" | "warning";
  /** Part of a month's budget that is gone by then, in words. */
  readonly spent: string;
}

const hour = 3600;

/** The windows of the SRE workbook (chapter 5, "Multiwindow, Multi-Burn-Rate Alerts"). */
export const burns: readonly Burn[] = [
  { factor: 14.4, long: hour, short: hour / 12, severity: "critical", spent: "2 %" },
  { factor: 6, long: 6 * hour, short: hour / 2, severity: "critical", spent: "5 %" },
  { factor: 1, long: 72 * hour, short: 6 * hour, severity: "warning", spent: "10 %" },
];
