import type { MailLanguage } from "../../fleet/monitoringTypes";
import type { DashboardName } from "../contract";

/** The same in each language that notifications can be in. */
export type Text = Readonly<Record<MailLanguage, string>>;

/** A text, or what is the same in every language, as a reader of this language sees it. */
export function inLanguage(text: string | Text, language: MailLanguage): string {
  return typeof text === "string" ? text : text[language];
}

/**
 * `critical`: somebody has to act now. `warning`: within a working day. `none`: for machines only.
 */
export type Severity = "critical" | "warning" | "none";

/** How an alert's value is shown; Prometheus's own template functions, and `count` for a plain number. */
export type ValueFormat = "humanizePercentage" | "humanizeDuration" | "humanize" | "count";

/**
 * An alert as it is written down once: the rule, its texts, the catalogue and the tests come from it.
 *
 * In texts `{value}`, `{threshold}` and `{label}` (any label of the result, such as `{tenant}`) are filled in.
 */
export interface Alert {
  /** Unique together with the severity. The runbook is `docs/runbooks/<name>.md`. */
  readonly name: string;
  readonly severity: Severity;
  /** Seconds that the expression has to hold. */
  readonly for: number;
  /**
   * Seconds that the alert goes on after its expression ends; default 0. Only for a cause, see `inhibitions`: a multiple of
   * `settleSeconds`, one more than the longest of its symptoms.
   */
  readonly keepFiringFor?: number;
  /** PromQL. */
  readonly expr: string;
  readonly format: ValueFormat;
  /** The limit in words a reader knows; a figure that is written alike in every language, such as `90 %`, stands alone. */
  readonly threshold: string | Text;
  readonly summary: Text;
  readonly description: Text;
  /** The dashboard that shows more. */
  readonly dashboard: DashboardName;
  /** Labels beside `severity`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Where limit and duration are from, for the catalogue. */
  readonly source: string;
}

/** Alerts that belong together; one group of Prometheus's rules. */
export interface AlertGroup {
  readonly name: string;
  /** Seconds between evaluations where it isn't the usual. */
  readonly interval?: number;
  readonly alerts: readonly Alert[];
}
