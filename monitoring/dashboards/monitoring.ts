import { sharedServices } from "../../fleet/monitoringTypes";
import { declaredMetrics as declared, jobs } from "../contract";
import type { Section } from "./dashboard";
import { chart, figure, table } from "./panels";
import { mustReach, mustStayBelow, rising, units } from "./style";

/** Containers of monitoring itself: they belong to no tenant. */
const own = `tenant="", service=~"${sharedServices.join("|")}"`;

/** What watches the fleet. */
export function monitoringSections(): Section[] {
  return [
    { title: "Now", panels: now() },
    { title: "Targets", panels: targets() },
    { title: "Rules and notifications", panels: rules() },
    { title: "What it costs", panels: cost() },
  ];
}

function now(): Section["panels"] {
  return [
    figure({
      title: "Targets that answer",
      description: "Share of targets that Prometheus can scrape.",
      width: 4,
      unit: units.ratio,
      scale: mustReach(1),
      queries: [{ expr: "avg(up)", legend: "up" }],
    }),
    figure({
      title: "Failed rules",
      description: "Evaluations of rules that failed within an hour. An alert is raised: rules that fail see nothing.",
      width: 4,
      unit: units.count,
      scale: mustStayBelow(1),
      queries: [{ expr: "sum(increase(prometheus_rule_evaluation_failures_total[1h]))", legend: "failed" }],
    }),
    figure({
      title: "Failed notifications",
      description: "Notifications that Alertmanager couldn't deliver within an hour; it tries again by itself.",
      width: 4,
      unit: units.count,
      scale: mustStayBelow(1),
      queries: [{ expr: "sum(increase(alertmanager_notifications_failed_total[1h]))", legend: "failed" }],
    }),
    figure({
      title: "Configuration",
      description:
        "Whether Prometheus and Alertmanager run with the configuration that they were given last: 1 they do.",
      width: 4,
      unit: units.count,
      scale: mustReach(1),
      queries: [
        {
          expr: "min(prometheus_config_last_reload_successful) * min(alertmanager_config_last_reload_successful)",
          legend: "loaded",
        },
      ],
    }),
    figure({
      title: "Series per tenant",
      description: "All series that Prometheus keeps at hand, by running tenants. 300 is the budget.",
      width: 4,
      unit: units.count,
      scale: rising(300),
      queries: [
        {
          expr: `sum(prometheus_tsdb_head_series) / count(${declared.tenantInfo}{state="running"})`,
          legend: "series",
        },
      ],
    }),
    figure({
      title: "Active alerts",
      description: "Alerts that Alertmanager holds, by state. The watchdog, which always fires, is one of them.",
      width: 4,
      unit: units.count,
      queries: [{ expr: "sum by (state) (alertmanager_alerts)", legend: "{{state}}" }],
    }),
  ];
}

function targets(): Section["panels"] {
  return [
    table({
      title: "Targets",
      description: "Every target as it was scraped last.",
      width: 24,
      height: 12,
      rows: "max by (job, host, tenant, service) (up)",
      labels: [
        { label: "job", title: "Job" },
        { label: "service", title: "Service" },
        { label: "tenant", title: "Tenant" },
        { label: "host", title: "Host" },
      ],
      values: [
        {
          title: "Up",
          expr: "max by (job, host, tenant, service) (up)",
          unit: units.count,
          scale: mustReach(1),
        },
        {
          title: "Time of a scrape",
          expr: "max by (job, host, tenant, service) (scrape_duration_seconds)",
          unit: units.seconds,
          scale: rising(2, 8),
        },
        {
          title: "Samples kept",
          expr: "max by (job, host, tenant, service) (scrape_samples_post_metric_relabeling)",
          unit: units.count,
        },
      ],
    }),
    chart({
      title: "Time of a scrape",
      description: "The slowest target of each job. A target that takes 10 seconds is given up.",
      width: 8,
      unit: units.seconds,
      queries: [{ expr: "max by (job) (scrape_duration_seconds)", legend: "{{job}}" }],
    }),
    chart({
      title: "Samples kept",
      description: "Samples of one scrape, by job, after unused ones were dropped.",
      width: 8,
      unit: units.count,
      stacked: true,
      queries: [{ expr: "sum by (job) (scrape_samples_post_metric_relabeling)", legend: "{{job}}" }],
    }),
    chart({
      title: "Log lines that weren't understood",
      description:
        "Lines of Nginx's log a second that the reader couldn't parse: their requests are missing in every figure.",
      width: 8,
      unit: units.perSecond,
      scale: rising(0.1),
      queries: [{ expr: "sum by (host) (rate(nginx_parse_errors_total[$__rate_interval]))", legend: "{{host}}" }],
    }),
  ];
}

function rules(): Section["panels"] {
  return [
    chart({
      title: "Time of the rules",
      description: "How much of its interval each group of rules takes. At 1 it can't keep up, and alerts come late.",
      width: 8,
      unit: units.ratio,
      scale: rising(0.5, 1),
      queries: [
        {
          expr: "max by (rule_group) (prometheus_rule_group_last_duration_seconds / prometheus_rule_group_interval_seconds)",
          legend: "{{rule_group}}",
        },
      ],
    }),
    chart({
      title: "From Prometheus to Alertmanager",
      description: "Alerts a second that were sent, failed, and were dropped.",
      width: 8,
      unit: units.perSecond,
      queries: [
        { expr: "sum(rate(prometheus_notifications_sent_total[$__rate_interval]))", legend: "sent" },
        { expr: "sum(rate(prometheus_notifications_errors_total[$__rate_interval]))", legend: "failed" },
        { expr: "sum(rate(prometheus_notifications_dropped_total[$__rate_interval]))", legend: "dropped" },
      ],
    }),
    chart({
      title: "From Alertmanager to people",
      description: "Notifications within five minutes by way: mail, and the heartbeat to the outside.",
      width: 8,
      unit: units.count,
      queries: [
        {
          expr: "sum by (integration) (increase(alertmanager_notifications_total[5m])) > 0",
          legend: "{{integration}}",
        },
        {
          expr: "sum by (integration) (increase(alertmanager_notifications_failed_total[5m])) > 0",
          legend: "{{integration}} failed",
        },
      ],
    }),
  ];
}

function cost(): Section["panels"] {
  return [
    chart({
      title: "Memory",
      description:
        "Working set of each of monitoring's containers. 400 MiB is the budget without Grafana at 20 tenants.",
      width: 8,
      unit: units.bytes,
      stacked: true,
      queries: [{ expr: `sum by (service) (container_memory_working_set_bytes{${own}})`, legend: "{{service}}" }],
    }),
    chart({
      title: "CPU",
      description:
        "Cores in use by each of monitoring's containers. cAdvisor's budget is 3 % of a core at 60 containers.",
      width: 8,
      unit: units.ratio,
      queries: [
        {
          expr: `sum by (service) (rate(container_cpu_usage_seconds_total{${own}}[$__rate_interval]))`,
          legend: "{{service}}",
        },
      ],
    }),
    chart({
      title: "Series",
      description: "Series that Prometheus keeps at hand. Each costs about 3 kB of memory.",
      width: 8,
      unit: units.count,
      queries: [{ expr: "sum by (host) (prometheus_tsdb_head_series)", legend: "{{host}}" }],
    }),
    chart({
      title: "Disk of the figures",
      description: "Bytes that Prometheus keeps, and the limit at which the oldest go.",
      width: 12,
      unit: units.bytes,
      queries: [
        { expr: "sum by (host) (prometheus_tsdb_storage_blocks_bytes)", legend: "{{host}} kept" },
        { expr: "sum by (host) (prometheus_tsdb_retention_limit_bytes)", legend: "{{host}} limit" },
      ],
    }),
    chart({
      title: "Figures a second",
      description: "Samples that Prometheus takes in.",
      width: 12,
      unit: units.perSecond,
      queries: [
        {
          expr: `sum by (host) (rate(prometheus_tsdb_head_samples_appended_total{job="${jobs.prometheus}"}[$__rate_interval]))`,
          legend: "{{host}}",
        },
      ],
    }),
  ];
}
