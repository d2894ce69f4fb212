import { createHash } from "node:crypto";
import { labelPrefix } from "../labels";
import { desiredState, nextTransitions } from "./desiredState";
import type { DesiredState, Lifecycle } from "./types";

/** Days that a host knows ahead when its tenants are stopped and started. */
const aheadDays = 35;

/** Hours after which a schedule is written anew, so that it reaches as far again. */
const freshHours = 24;

/**
 * Label of a volume without data, by which a host knows when a tenant stops and starts for as long as nobody applies its stack: the
 * host's agent reads it (`ansible/roles/schedule`), and what watches the host. What it says are instants, so that no zone is known there.
 */
export const scheduleLabel = `${labelPrefix}.schedule`;

/** Label beside it: what the schedule was made from. */
export const scheduleSourceLabel = `${labelPrefix}.schedule-source`;

/** Label of the volume without data that the agent makes when it has stopped or started a tenant by itself: `suspended 1796065200`. */
export const keptLabel = `${labelPrefix}.kept`;

/** What a tenant runs or doesn't. */
export type RunState = DesiredState["state"];

/** When a tenant stops and starts. */
export interface Schedule {
  /** When it was made. */
  readonly from: Date;
  /** Up to when its changes are known. */
  readonly until: Date;
  /** What the tenant is before the first change. */
  readonly state: RunState;
  /** When that changes, and changes back, and so on; in order. The first may be now: the tenant isn't yet what it is meant to be. */
  readonly changes: readonly Date[];
}

/**
 * The schedule of a tenant for the next 35 days; undefined: it is what it is meant to be, and stays that.
 *
 * @param made what it was brought to last.
 */
export function scheduleOf(lifecycle: Lifecycle, made: RunState, now: Date): Schedule | undefined {
  const until = new Date(now.getTime() + aheadDays * 86_400_000);
  const due = desiredState(lifecycle, now).state === made ? [] : [now];
  const changes = [...due, ...nextTransitions(lifecycle, now, until).map(({ at }) => at)];
  return changes.length === 0 ? undefined : { from: now, until, state: made, changes };
}

/** A schedule as its label has it: when it was made, up to when it reaches, the state before, and the changes; times in seconds since 1970. */
export function scheduleText({ from, until, state, changes }: Schedule): string {
  return [seconds(from), seconds(until), state, ...changes.map(seconds)].join(" ");
}

/** What the text of a schedule follows from, beside the time and the database of zones. */
export function scheduleSource(lifecycle: Lifecycle): string {
  return createHash("sha256").update(JSON.stringify(lifecycle)).digest("hex").slice(0, 16);
}

/** Whether a schedule that was written is to be left as it is: it was made from the same, and less than a day ago. */
export function isFresh(text: string, source: string, lifecycle: Lifecycle, now: Date): boolean {
  const age = now.getTime() / 1000 - Number(text.split(" ")[0]);
  return source === scheduleSource(lifecycle) && age >= 0 && age < freshHours * 3600;
}

/** What the agent has brought a tenant to, as its label has it; undefined: it is none of its labels. */
export function readKept(text: string | undefined): RunState | undefined {
  const [state] = text?.split(" ") ?? [];
  return state === "running" || state === "suspended" ? state : undefined;
}

function seconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1000);
}
