import { declaredMetrics as declared, recordedMetrics as recorded } from "../contract";
import { backups } from "./backups";
import type { Section } from "./dashboard";
import { chart, figure } from "./panels";
import { falling, mustReach, rising, scales, units } from "./style";
import { tenantUse } from "./tenantUse";

const tenant = 'tenant="$tenant"';

/** One tenant: what its users get, what serves them, and what it costs. */
export function tenantSections(): Section[] {
  return [
    { title: "Now", panels: now() },
    { title: "Availability, errors and latency", panels: service() },
    { title: "Workers and scheduled actions", panels: workers() },
    { title: "Database and disk", panels: database() },
    backups(tenant),
    ...tenantUse(tenant),
  ];
}

function now(): Section["panels"] {
  return [
    figure({
      title: "Answers",
      description: "Whether Odoo's health page, with its database, answers the prober: 1 it does, 0 it doesn't.",
      width: 4,
      unit: units.count,
      scale: mustReach(1),
      queries: [{ expr: `min(probe_success{${tenant}, service="odoo"})`, legend: "answers" }],
    }),
    figure({
      title: "Available",
      description: "Share of good answers over three days: the worse of probes and of requests without a 5xx status.",
      width: 4,
      unit: units.ratio,
      scale: scales.available,
      queries: [{ expr: `${recorded.availability3d}{${tenant}}`, legend: "available" }],
    }),
    figure({
      title: "Error budget left",
      description: "What is left of the errors that the objective allows over three days. Negative: overdrawn.",
      width: 4,
      unit: units.ratio,
      scale: scales.budgetLeft,
      queries: [{ expr: `${recorded.budgetLeft3d}{${tenant}}`, legend: "left" }],
    }),
    figure({
      title: "Answered within (p95)",
      description: "Seconds within which 95 of 100 requests were answered, over five minutes.",
      width: 4,
      unit: units.seconds,
      scale: scales.latency,
      queries: [{ expr: `${recorded.latency95}{${tenant}}`, legend: "p95" }],
    }),
    figure({
      title: "Memory of plan",
      description: "Working set of the containers as a share of the plan's memory.",
      width: 4,
      unit: units.ratio,
      scale: scales.memory,
      queries: [{ expr: `${recorded.tenantMemoryUse}{${tenant}}`, legend: "used" }],
    }),
    figure({
      title: "CPU of plan",
      description: "Use of processors over five minutes as a share of the plan's.",
      width: 4,
      unit: units.ratio,
      scale: scales.cpu,
      queries: [{ expr: `${recorded.tenantCpuUse}{${tenant}}`, legend: "used" }],
    }),
  ];
}

function service(): Section["panels"] {
  const quantile = (share: number): string =>
    `histogram_quantile(${share}, sum by (le) (rate(nginx_http_response_time_seconds_hist_bucket{${tenant}}[$__rate_interval])))`;
  return [
    chart({
      title: "Errors and objective",
      description:
        "The worse of failed probes and of 5xx answers over five minutes, and what the objective allows on average.",
      width: 8,
      unit: units.ratio,
      queries: [
        { expr: `${recorded.errorRatio}{${tenant}}`, legend: "errors" },
        { expr: `1 - ${declared.objective}`, legend: "allowed" },
      ],
    }),
    chart({
      title: "Requests by status",
      description: "Requests a second by class of status, from Nginx's log.",
      width: 8,
      unit: units.requestsPerSecond,
      stacked: true,
      queries: [
        {
          expr: `sum by (status) (rate(nginx_http_response_count_total{${tenant}}[$__rate_interval]))`,
          legend: "{{status}}",
        },
      ],
    }),
    chart({
      title: "Time to answer",
      description: "Seconds within which 50, 95 and 99 of 100 requests were answered, from Nginx's log.",
      width: 8,
      unit: units.seconds,
      queries: [
        { expr: quantile(0.5), legend: "p50" },
        { expr: quantile(0.95), legend: "p95" },
        { expr: quantile(0.99), legend: "p99" },
      ],
    }),
    chart({
      title: "Probes that succeed",
      description: "Share of probes of each service that were answered as expected.",
      width: 12,
      unit: units.ratio,
      max: 1,
      queries: [
        { expr: `avg by (service) (avg_over_time(probe_success{${tenant}}[$__rate_interval]))`, legend: "{{service}}" },
      ],
    }),
    chart({
      title: "Time of a probe",
      description: "Seconds until each service had answered a probe. Odoo's includes a look into the database.",
      width: 12,
      unit: units.seconds,
      scale: rising(2, 5),
      queries: [{ expr: `max by (service) (probe_duration_seconds{${tenant}})`, legend: "{{service}}" }],
    }),
  ];
}

function workers(): Section["panels"] {
  return [
    chart({
      title: "Odoo's processes",
      description:
        "Processes in Odoo's container, and the HTTP workers of the plan. Beside workers there are the parent, cron and the websocket process; a falling line means that workers end and aren't replaced.",
      width: 8,
      unit: units.count,
      queries: [
        { expr: `sum(container_processes{${tenant}, service="odoo"})`, legend: "processes" },
        { expr: `max(${declared.tenantWorkers}{${tenant}})`, legend: "workers of the plan" },
      ],
    }),
    chart({
      title: "Requests under way, per worker",
      description:
        "Requests a second times their mean time, by workers: how many of them are busy on average. Near 1 all are, and requests wait.",
      width: 8,
      unit: units.ratio,
      scale: rising(0.7, 0.9),
      queries: [
        {
          expr: `sum(rate(nginx_http_response_time_seconds_hist_sum{${tenant}}[$__rate_interval])) / max(${declared.tenantWorkers}{${tenant}})`,
          legend: "busy",
        },
      ],
    }),
    chart({
      title: "Oldest overdue scheduled action",
      description:
        "How late the oldest active scheduled action is. An alert is raised above 30 minutes: cron hangs, or is short of time.",
      width: 8,
      unit: units.seconds,
      scale: rising(1800),
      queries: [{ expr: `max(odoo_cron_oldest_overdue_seconds{${tenant}})`, legend: "overdue" }],
    }),
  ];
}

function database(): Section["panels"] {
  return [
    chart({
      title: "Connections by state",
      description: "Connections of the tenant's database. `idle in transaction` for long keeps locks.",
      width: 8,
      unit: units.count,
      stacked: true,
      queries: [{ expr: `sum by (state) (pg_stat_activity_count{${tenant}})`, legend: "{{state}}" }],
    }),
    chart({
      title: "Connections in use",
      description: "Connections as a share of those that may be used. An alert is raised above 80 %.",
      width: 8,
      unit: units.ratio,
      max: 1,
      scale: rising(0.8),
      queries: [{ expr: `${recorded.connectionUse}{${tenant}}`, legend: "in use" }],
    }),
    chart({
      title: "Longest transaction",
      description:
        "Age of the oldest open transaction. An alert is raised above 15 minutes: it keeps locks and dead rows.",
      width: 8,
      unit: units.seconds,
      scale: rising(900),
      queries: [
        { expr: `max(pg_stat_activity_max_tx_duration{${tenant}, backend_type="client backend"})`, legend: "longest" },
      ],
    }),
    chart({
      title: "Transactions",
      description: "Transactions a second that were committed and rolled back.",
      width: 8,
      unit: units.perSecond,
      queries: [
        { expr: `sum(rate(pg_stat_database_xact_commit{${tenant}}[$__rate_interval]))`, legend: "committed" },
        { expr: `sum(rate(pg_stat_database_xact_rollback{${tenant}}[$__rate_interval]))`, legend: "rolled back" },
      ],
    }),
    chart({
      title: "Found in memory",
      description:
        "Share of blocks that PostgreSQL found in its shared buffers. Low for long: the plan's memory is too small.",
      width: 8,
      unit: units.ratio,
      max: 1,
      scale: falling(0.95, 0.8),
      queries: [
        {
          expr: `sum(rate(pg_stat_database_blks_hit{${tenant}}[$__rate_interval])) / (sum(rate(pg_stat_database_blks_hit{${tenant}}[$__rate_interval])) + sum(rate(pg_stat_database_blks_read{${tenant}}[$__rate_interval])))`,
          legend: "found",
        },
      ],
    }),
    chart({
      title: "Deadlocks a minute",
      description:
        "Transactions that PostgreSQL ended since they waited for each other. An alert is raised above 5 a minute.",
      width: 8,
      unit: units.count,
      scale: rising(5),
      queries: [
        { expr: `sum(rate(pg_stat_database_deadlocks{${tenant}}[$__rate_interval])) * 60`, legend: "deadlocks" },
      ],
    }),
    chart({
      title: "Size of the database",
      description: "Bytes on disk, indexes included.",
      width: 8,
      unit: units.bytes,
      queries: [{ expr: `${recorded.databaseBytes}{${tenant}}`, legend: "size" }],
    }),
    chart({
      title: "Growth of the database",
      description: "Bytes a day at the pace of the last hours.",
      width: 8,
      unit: units.bytes,
      queries: [{ expr: `${recorded.databaseGrowth}{${tenant}}`, legend: "a day" }],
    }),
    chart({
      title: "Spilled to disk",
      description:
        "Bytes a second that sorts and joins wrote to temporary files, since `work_mem` was too small for them.",
      width: 8,
      unit: units.bytesPerSecond,
      queries: [{ expr: `sum(rate(pg_stat_database_temp_bytes{${tenant}}[$__rate_interval]))`, legend: "spilled" }],
    }),
  ];
}
