import { stringify } from "yaml";
import type { Monitoring, MonitoringHost } from "../../fleet/monitoringTypes";
import { dashboardUids } from "../contract";
import { duration, paced } from "../duration";
import { type Alert, inLanguage } from "./alert";
import { alertGroups } from "./catalogue";

/** A rule that records a series. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Renders `rules-alerts.yml`: the alerts in the fleet's language and at its pace. */
export function renderAlertRules(monitoring: Monitoring, watcher: MonitoringHost): string {
  return renderGroups(
    alertGroups.map(({ name, interval, alerts }) => ({
      name,
      ...(interval === undefined ? {} : { interval: duration(interval) }),
      rules: alerts.map((alert) => alertRule(alert, monitoring, watcher)),
    })),
  );
}

/** A file of rule groups. */
export function renderGroups(groups: readonly object[]): string {
  return stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });
}

function alertRule(alert: Alert, monitoring: Monitoring, watcher: MonitoringHost): object {
  return {
    alert: alert.name,
    expr: alert.expr,
    for: paced(alert.for, monitoring.pace),
    ...(alert.keepFiringFor === undefined ? {} : { keep_firing_for: duration(alert.keepFiringFor) }),
    labels: { severity: alert.severity, ...alert.labels },
    annotations: Object.fromEntries(
      Object.entries(annotations(alert, monitoring, watcher)).map(([key, text]) => [key, template(text, alert)]),
    ),
  };
}

/** What an alert says, with its placeholders. Also what tests compare with. */
export function annotations(alert: Alert, monitoring: Monitoring, watcher: MonitoringHost): Record<string, string> {
  const { language, runbooks } = monitoring;
  return {
    summary: alert.summary[language],
    description: alert.description[language],
    value: "{value}",
    threshold: inLanguage(alert.threshold, language),
    dashboard: dashboardUrl(alert, watcher),
    runbook_url: `${runbooks ?? "docs/runbooks"}/${alert.name}.md`,
  };
}

/** Alerts on tenants and containers name a tenant, those on hosts a host; shared containers have no tenant, which is `All`. */
function dashboardUrl({ dashboard }: Alert, { ports }: MonitoringHost): string {
  const variables = { fleet: [], host: ["host"], tenant: ["tenant"], containers: ["host"], monitoring: [] }[dashboard];
  const query = variables.map((name) => `var-${name}={${name}}`).join("&");
  return `http://127.0.0.1:${ports.grafana}/d/${dashboardUids[dashboard]}${query === "" ? "" : `?${query}`}`;
}

/** Placeholders as Prometheus's templates. */
function template(text: string, { format }: Alert): string {
  const value = format === "count" ? `printf "%.0f"` : format;
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === "value" ? `{{ $value | ${value} }}` : `{{ $labels.${name} }}`,
  );
}
