import type { ConfigProblem } from "./errors";
import type { Read } from "./lenient";
import { type ActiveHours, desiredState, type Lifecycle, nextTransition } from "./lifecycle";
import { readHours } from "./lifecycleChecks";
import { localOf } from "./lifecycle/told";
import { unknownName } from "./problems";
import type { UpdatesConfig } from "./schema";

/** When `make up` updates tenants by itself. */
export interface AutomaticUpdates {
  /** In any of these hours; empty: at any time. */
  readonly window: readonly ActiveHours[];
  /** Tenant that is updated first; undefined: the first one that is to be. */
  readonly canary?: string;
}

/** What is declared of updates; undefined: they aren't automatic. Reports what the shape alone doesn't show. */
export function resolveUpdates(
  { value }: Read<UpdatesConfig>,
  tenants: readonly string[],
  problems: ConfigProblem[],
): AutomaticUpdates | undefined {
  const { automatic = false, window: declared = [], canary } = value;
  const window = declared.flatMap((text, index) => readHours(text, ["updates", "window", index], problems) ?? []);
  if (canary !== undefined && !tenants.includes(canary)) {
    problems.push(unknownName(["updates", "canary"], canary, tenants));
  }
  return automatic ? { window, ...(canary !== undefined && { canary }) } : undefined;
}

/** A window as the hours of something that runs in it and at no other time. */
const lifecycleOf = ({ window }: AutomaticUpdates): Lifecycle => ({
  isSuspended: false,
  activeHours: window,
  holidays: [],
});

/** Whether updates may begin at a moment. */
export function isWindowOpen(updates: AutomaticUpdates, now: Date): boolean {
  return desiredState(lifecycleOf(updates), now).state === "running";
}

/** When the window is open next, by the clock of its own zone: `Sun 2026-11-29 02:00 Europe/Paris`; undefined: it is open, or not within 400 days. */
export function nextWindow(updates: AutomaticUpdates, now: Date): string | undefined {
  const next = isWindowOpen(updates, now) ? undefined : nextTransition(lifecycleOf(updates), now);
  return next && localOf(next.at, updates.window[0]!.zone);
}
