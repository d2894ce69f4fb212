import type { Severity } from "./alert";

/** An alert that is to be there. */
export interface Expected {
  readonly severity: Severity;
  /** Labels beside `alertname`, `severity` and those of the rule. */
  readonly labels: Readonly<Record<string, string>>;
  /** `{value}` as it is shown. */
  readonly value: string;
}

/** What is measured, and which alerts of a name come of it. */
export interface AlertCase {
  readonly alert: string;
  /** Severity of the alert that the case is about. */
  readonly severity: Severity;
  readonly kind: "fires" | "quiet" | "resolves";
  /** What happens, for people. */
  readonly what: string;
  /** Values by series, one a minute, in promtool's notation. */
  readonly series: Readonly<Record<string, string>>;
  /** When it is looked at. */
  readonly at: string;
  /** All alerts of this name that fire then; none where it is quiet. */
  readonly expected: readonly Expected[];
  /** When all of them are over. */
  readonly overAt?: string;
}

type About = Pick<AlertCase, "alert" | "severity">;

/** Must fire: at that time, these and no others of the name. */
export function fires(
  about: About,
  what: string,
  at: string,
  expected: readonly Expected[],
  series: Readonly<Record<string, string>>,
): AlertCase {
  return { ...about, kind: "fires", what, at, expected, series };
}

/** Must not fire, though it comes near. */
export function quiet(about: About, what: string, at: string, series: Readonly<Record<string, string>>): AlertCase {
  return { ...about, kind: "quiet", what, at, expected: [], series };
}

/** Must fire, and be over later. */
export function resolves(
  about: About,
  what: string,
  at: string,
  expected: readonly Expected[],
  overAt: string,
  series: Readonly<Record<string, string>>,
): AlertCase {
  return { ...about, kind: "resolves", what, at, expected, overAt, series };
}

/** A series' name with labels; those of the environment and host that all cases have come by themselves. */
export function series(metric: string, labels: Readonly<Record<string, string>> = {}): string {
  const all = { ...here, ...labels };
  return `${metric}{${Object.entries(all)
    .map(([name, value]) => `${name}="${value}"`)
    .join(", ")}}`;
}

/** Environment and host of all cases. */
export const here = { environment: "dev", host: "a" } as const;

/** The tenant of all cases. */
export const acme = { tenant: "acme" } as const;
