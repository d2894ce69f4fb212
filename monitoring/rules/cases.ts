import { stringify } from "yaml";
import type { Monitoring, MonitoringHost } from "../../fleet/monitoringTypes";
import { declaredMetrics, files } from "../contract";
import { backupCases } from "./backups.cases";
import { acme, type AlertCase, series } from "./case";
import { alerts } from "./catalogue";
import { containerCases } from "./containers.cases";
import { databaseCases } from "./databases.cases";
import { edgeCases } from "./edge.cases";
import { hostCases } from "./hosts.cases";
import { objectiveCases } from "./objectives.cases";
import { portalCases } from "./portal.cases";
import { annotations } from "./render";
import { selfCases } from "./selfWatch.cases";
import { snapshotCases } from "./snapshots.cases";
import { tenantCases } from "./tenants.cases";

/** Cases by group of alerts. */
export const alertCases: Readonly<Record<string, readonly AlertCase[]>> = {
  hosts: hostCases,
  containers: containerCases,
  databases: databaseCases,
  backups: backupCases,
  tenants: tenantCases,
  edge: edgeCases,
  portal: portalCases,
  snapshots: snapshotCases,
  objectives: objectiveCases,
  monitoring: selfCases,
};

/** Renders a file for `promtool test rules` that proves cases; it stands beside the rule files. */
export function renderCases(cases: readonly AlertCase[], monitoring: Monitoring, watcher: MonitoringHost): string {
  return stringify(
    {
      rule_files: [files.prometheus.recordingRules, files.prometheus.alertRules],
      evaluation_interval: "1m",
      tests: cases.map((one) => ruleTest(one, monitoring, watcher)),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** The same case with its tenant declared as one that doesn't run, which nothing may tell of. */
export function stopped(one: AlertCase, state: string): AlertCase {
  return {
    ...one,
    kind: "quiet",
    what: `${one.what}, of a tenant that is ${state}`,
    series: { ...one.series, [info(state)]: `1x${length(one)}` },
    expected: [],
    overAt: undefined,
  };
}

function info(state: string): string {
  return series(declaredMetrics.tenantInfo, { ...acme, state, plan: "starter" });
}

/** Minutes until the last look at a case. */
function length({ at, overAt }: AlertCase): number {
  const minutes = (time: string): number => parseInt(time) * (time.endsWith("h") ? 60 : 1);
  return Math.max(minutes(at), minutes(overAt ?? "0m"));
}

function ruleTest(one: AlertCase, monitoring: Monitoring, watcher: MonitoringHost): object {
  const isStopped = Object.keys(one.series).some((name) => name.startsWith(declaredMetrics.tenantInfo));
  const all = isStopped ? one.series : { ...one.series, [info("running")]: `1x${length(one)}` };
  const expected = one.expected.map(({ severity, labels, value }) => {
    const alert = alerts.find(
      (candidate) =>
        candidate.name === one.alert &&
        candidate.severity === severity &&
        Object.entries(candidate.labels ?? {}).every(([name, text]) => labels[name] === text),
    )!;
    return {
      exp_labels: { severity, ...labels },
      exp_annotations: Object.fromEntries(
        Object.entries(annotations(alert, monitoring, watcher)).map(([key, text]) => [
          key,
          text.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === "value" ? value : (labels[name] ?? ""))),
        ]),
      ),
    };
  });
  return {
    name: `${one.alert} (${one.severity}) ${one.kind}: ${one.what}`,
    interval: "1m",
    input_series: Object.entries(all).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      { eval_time: one.at, alertname: one.alert, exp_alerts: expected },
      ...(one.overAt === undefined ? [] : [{ eval_time: one.overAt, alertname: one.alert, exp_alerts: [] }]),
    ],
  };
}
