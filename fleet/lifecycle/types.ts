/** A day of the week as ISO 8601 numbers it: 1 is Monday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Hours in which a tenant runs, on some days of the week, by the clock of one zone. */
export interface ActiveHours {
  /** Days on which the intervals start; ascending, unique, at least one. */
  readonly days: readonly Weekday[];
  /** At least one. */
  readonly intervals: readonly Interval[];
  /** Name in the IANA time zone database, such as `Africa/Casablanca`. */
  readonly zone: string;
}

/** From a time of a day on, and up to another one, in minutes by the clock since that day's 00:00. */
export interface Interval {
  /** 0 to 1439. */
  readonly start: number;
  /** Later than `start`; 1440 is the end of the day, and what is later is on the next day. At most a day after `start`. */
  readonly end: number;
}

/** When a tenant is meant to run. Nothing set: always. */
export interface Lifecycle {
  /** Whether its operator has suspended it (`state: suspended`). */
  readonly isSuspended: boolean;
  /** From then on it doesn't run. */
  readonly expiresAt?: Date;
  /** The end of its trial: from then on it doesn't run. */
  readonly trial?: Date;
  /** It runs in any of them; empty: at any time. */
  readonly activeHours: readonly ActiveHours[];
  /** Days such as `2026-12-25`: no active hours start on them, by the clock of their own zone. */
  readonly holidays: readonly string[];
  /** Up to then it runs outside its active hours too. */
  readonly awakeUntil?: Date;
}

/** Why a tenant runs, or doesn't. */
export type LifecycleReason =
  "operator" | "expired" | "trialEnded" | "awake" | "activeHours" | "inactiveHours" | "always";

/** What a tenant is meant to be at some moment. */
export interface DesiredState {
  readonly state: "running" | "suspended";
  readonly reason: LifecycleReason;
}

/** A moment at which that changes. */
export interface Transition extends DesiredState {
  readonly at: Date;
}
