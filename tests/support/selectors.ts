/** Whether what queries ask for exists in captured series. */
import type { Matcher, ParsedQuery, Selector } from "./promql";

/** Labels of one series, the metric's name among them as `__name__`. */
export type SeriesLabels = Readonly<Record<string, string>>;

/** Captured series by metric. */
export class Capture {
  private readonly byMetric = new Map<string, SeriesLabels[]>();
  private readonly labels = new Set<string>();

  constructor(series: readonly SeriesLabels[]) {
    for (const labels of series) {
      const metric = labels["__name__"] ?? "";
      this.byMetric.set(metric, [...(this.byMetric.get(metric) ?? []), labels]);
      Object.keys(labels).forEach((label) => this.labels.add(label));
    }
  }

  /** Names of all metrics. */
  get metrics(): readonly string[] {
    return [...this.byMetric.keys()];
  }

  /** What of a query isn't there: a sentence for each metric, label or value. Metrics that `skip` knows aren't looked up. */
  faults({ selectors, labels }: ParsedQuery, skip: (metric: string) => boolean = () => false): string[] {
    return [
      ...selectors.filter(({ metric }) => !skip(metric)).flatMap((selector) => this.selectorFault(selector) ?? []),
      ...labels.filter((label) => !this.labels.has(label)).map((label) => `no series has a label ${label}`),
    ];
  }

  private selectorFault({ metric, matchers }: Selector): string | undefined {
    const series = this.byMetric.get(metric);
    if (series === undefined) {
      return `no exporter has a metric ${metric}`;
    }
    // A condition that excludes would hold for a misspelt label as well, so the label itself has to be there.
    const unknown = matchers.find(({ label }) => !series.some((labels) => label in labels));
    if (unknown !== undefined && !isAbsence(unknown)) {
      return `${metric} has no label ${unknown.label}`;
    }
    return series.some((labels) => matchers.every((matcher) => holds(matcher, labels[matcher.label] ?? "")))
      ? undefined
      : `no series ${metric}{${matchers.map(({ label, operator, value }) => `${label}${operator}"${value}"`).join(", ")}}`;
  }
}

/** `tenant=""` asks for what has no such label. */
function isAbsence({ operator, value }: Matcher): boolean {
  return operator === "=" && value === "";
}

function holds({ operator, value }: Matcher, actual: string): boolean {
  const matches = operator.includes("~") ? new RegExp(`^(?:${value})$`, "s").test(actual) : actual === value;
  return operator.startsWith("!") ? !matches : matches;
}
