import { type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";

const target = { job: "node", service: "node-exporter", instance: "10.0.0.5:9100" } as const;
const cadvisor = { job: "cadvisor", service: "cadvisor" } as const;
const alertmanager = { job: "alertmanager", service: "alertmanager", integration: "email" } as const;
const group = "/etc/odoo-fleet/rules-alerts.yml;tenants";

const down = { alert: "TargetDown", severity: "critical" } as const;
const isDown: Expected = { severity: "critical", labels: { ...here, ...target }, value: "0" };
const blind = { alert: "CadvisorBlind", severity: "critical" } as const;
const isBlind: Expected = { severity: "critical", labels: { ...here, ...cadvisor }, value: "1" };
const unseen = { alert: "TenantsUnseen", severity: "critical" } as const;
const isUnseen: Expected = { severity: "critical", labels: { ...here, ...target }, value: "1" };
const ending = { alert: "ScheduleEnding", severity: "critical" } as const;
const isEnding: Expected = { severity: "critical", labels: here, value: "6d 23h 40m 0s" };
const known = (tenant: string): string => series("odoo_fleet_schedule_until_timestamp_seconds", { ...target, tenant });
const week = 7 * 86_400;
const node = series("up", target);
const seen = series("odoo_fleet_tenants_seen_timestamp_seconds", target);
const rules = { alert: "RuleEvaluationFailing", severity: "critical" } as const;
const isFailing: Expected = { severity: "critical", labels: { ...here, rule_group: group }, value: "1" };
const notifications = { alert: "NotificationsFailing", severity: "warning" } as const;
const notSent: Expected = { severity: "warning", labels: { ...here, integration: "email" }, value: "50%" };
const watchdog = { alert: "Watchdog", severity: "none" } as const;
const isAlive: Expected = { severity: "none", labels: here, value: "1" };

const failures = series("prometheus_rule_evaluation_failures_total", { job: "prometheus", rule_group: group });
const sent = (failed: string): Record<string, string> => ({
  [series("alertmanager_notifications_failed_total", { ...alertmanager, reason: "other" })]: failed,
  [series("alertmanager_notifications_total", alertmanager)]: "0+2x100",
});
const prometheus = series("up", { job: "prometheus", service: "prometheus" });

/** Cases of the alerts on monitoring itself. */
export const selfCases: readonly AlertCase[] = [
  fires(down, "an exporter hangs or is gone", "6m", [isDown], { [series("up", target)]: "0x20" }),
  quiet(down, "a restart", "10m", { [series("up", target)]: "1x3 0x3 1x20" }),
  quiet(down, "a tenant's database, which has an alert of its own", "15m", {
    [series("up", { job: "postgres", service: "postgres", tenant: "acme" })]: "0x20",
  }),
  resolves(down, "it answers again", "6m", [isDown], "9m", { [series("up", target)]: "0x7 1x20" }),

  fires(blind, "it answers, but names no container", "6m", [isBlind], { [series("up", cadvisor)]: "1x20" }),
  quiet(blind, "it sees itself", "15m", {
    [series("up", cadvisor)]: "1x20",
    [series("container_last_seen", { ...cadvisor, name: "dev-cadvisor" })]: "1x20",
  }),
  resolves(blind, "it sees again", "6m", [isBlind], "10m", {
    [series("up", cadvisor)]: "1x20",
    [series("container_last_seen", { ...cadvisor, name: "dev-cadvisor" })]: "_x8 1x20",
  }),

  fires(unseen, "the engine's proxy answers no more", "8m", [isUnseen], { [node]: "1x20", [seen]: "0x20" }),
  fires(unseen, "it was never asked", "3m", [isUnseen], { [node]: "1x20" }),
  quiet(unseen, "it is asked each minute", "20m", { [node]: "1x20", [seen]: "0+60x20" }),
  quiet(unseen, "the exporter is gone, which has an alert of its own", "20m", { [node]: "0x20", [seen]: "0x3 stale" }),
  resolves(unseen, "it answers again", "8m", [isUnseen], "12m", { [node]: "1x20", [seen]: "0x9 600+60x10" }),

  fires(ending, "one tenant's times are known for less than a week", "20m", [isEnding], {
    [known("acme")]: `${week}x40`,
    [known("x-1")]: `${3 * week}x40`,
  }),
  quiet(ending, "they are known for a week and an hour", "30m", { [known("acme")]: `${week + 3600}x40` }),
  resolves(ending, "they are told anew", "20m", [isEnding], "24m", {
    [known("acme")]: `${week}x20 ${5 * week}x20`,
  }),

  fires(rules, "a rule fails at every evaluation", "18m", [isFailing], { [failures]: "0+60x30" }),
  quiet(rules, "no failure", "30m", { [failures]: "7x40" }),
  resolves(rules, "it works again", "18m", [isFailing], "28m", { [failures]: "0+60x20 1200x20" }),

  fires(notifications, "half of the mails can't be delivered", "8m", [notSent], sent("0+1x30")),
  quiet(notifications, "all are delivered", "20m", sent("0x30")),
  resolves(notifications, "the mail server is back", "8m", [notSent], "18m", sent("0+1x9 9x30")),

  fires(watchdog, "all is well", "2m", [isAlive], { [prometheus]: "1x20" }),
  quiet(watchdog, "what Prometheus scrapes isn't stored, its disk is full", "20m", { [prometheus]: "1x5 stale" }),
  quiet(watchdog, "mails can't be delivered, so the outside service has to tell", "10m", {
    [prometheus]: "1x20",
    ...sent("0+1x30"),
  }),
  resolves(watchdog, "Prometheus loses itself", "3m", [isAlive], "10m", { [prometheus]: "1x5 0x20" }),
];
