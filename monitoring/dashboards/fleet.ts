import { declaredMetrics as declared, recordedMetrics as recorded } from "../contract";
import { backupAge } from "./backups";
import { dashboardPath } from "./catalogue";
import type { Section } from "./dashboard";
import { capacityPanels } from "./capacity";
import { chart, figure, table } from "./panels";
import { falling, mustStayBelow, rising, scales, units } from "./style";

/** Where a click on a row's tenant or host leads. */
const tenantLink = dashboardPath("tenant", { tenant: "${__data.fields.Tenant}" });
const hostLink = dashboardPath("host", { host: "${__data.fields.Host}" });

/** The fleet as a whole. */
export function fleetSections(): Section[] {
  return [
    { title: "Now", panels: now() },
    { title: "Tenants", panels: tenants() },
    { title: "Hosts", panels: hosts() },
    { title: "Capacity", panels: capacityPanels() },
  ];
}

function now(): Section["panels"] {
  const firing = (severity: string): string =>
    `count(ALERTS{alertstate="firing", severity="${severity}"}) or vector(0)`;
  return [
    figure({
      title: "Critical alerts",
      description: "Alerts that need action now.",
      width: 4,
      unit: units.count,
      scale: mustStayBelow(1),
      queries: [{ expr: firing("critical"), legend: "firing" }],
    }),
    figure({
      title: "Warnings",
      description: "Alerts that need a look within this working day.",
      width: 4,
      unit: units.count,
      scale: rising(1),
      queries: [{ expr: firing("warning"), legend: "firing" }],
    }),
    figure({
      title: "Tenants",
      description: "Tenants that are declared to run.",
      width: 4,
      unit: units.count,
      queries: [{ expr: `count(${declared.tenantInfo}{state="running"}) or vector(0)`, legend: "declared" }],
    }),
    figure({
      title: "Tenants that don't answer",
      description: "Running tenants whose Odoo fails the probe of its health page.",
      width: 4,
      unit: units.count,
      scale: mustStayBelow(1),
      queries: [
        {
          expr: `count((probe_success{service="odoo"} == 0) * on (tenant) group_left () ${declared.tenantInfo}{state="running"}) or vector(0)`,
          legend: "failing",
        },
      ],
    }),
    figure({
      title: "Missing containers",
      description: "Containers that are declared to run, and that cAdvisor doesn't see.",
      width: 4,
      unit: units.count,
      scale: mustStayBelow(1),
      queries: [
        {
          expr: `count(${declared.containerDeclared} unless on (host, name) container_start_time_seconds) or vector(0)`,
          legend: "missing",
        },
      ],
    }),
    figure({
      title: "Targets that don't answer",
      description: "Exporters and services that Prometheus can't scrape: what they would say isn't known.",
      width: 4,
      unit: units.count,
      scale: mustStayBelow(1),
      queries: [{ expr: "count(up == 0) or vector(0)", legend: "down" }],
    }),
    table({
      title: "Alerts",
      description: "What fires now. The e-mail of each names its runbook in docs/runbooks.",
      width: 24,
      height: 7,
      rows: `max by (alertname, severity, host, tenant, service) (ALERTS{alertstate="firing", severity=~"critical|warning"})`,
      labels: [
        { label: "alertname", title: "Alert" },
        { label: "severity", title: "Severity" },
        { label: "tenant", title: "Tenant", link: tenantLink },
        { label: "host", title: "Host", link: hostLink },
        { label: "service", title: "Service" },
      ],
      values: [],
    }),
  ];
}

function tenants(): Section["panels"] {
  const each = (metric: string): string => `max by (host, tenant) (${metric})`;
  return [
    table({
      title: "Tenants",
      description:
        "One row per running tenant. Availability and error budget look back three days; the rest is the last five minutes.",
      width: 24,
      height: 10,
      rows: `max by (host, tenant, plan) (${declared.tenantInfo}{state="running"})`,
      labels: [
        { label: "tenant", title: "Tenant", link: tenantLink },
        { label: "host", title: "Host", link: hostLink },
        { label: "plan", title: "Plan" },
      ],
      values: [
        {
          title: "Available",
          expr: each(recorded.availability3d),
          unit: units.ratio,
          decimals: 2,
          scale: scales.available,
        },
        { title: "Error budget left", expr: each(recorded.budgetLeft3d), unit: units.ratio, scale: scales.budgetLeft },
        { title: "Errors", expr: each(recorded.errorRatio), unit: units.ratio, scale: scales.errors },
        { title: "Requests", expr: each(recorded.requestRate), unit: units.requestsPerSecond },
        { title: "Answered within (p95)", expr: each(recorded.latency95), unit: units.seconds, scale: scales.latency },
        {
          title: "Memory of plan",
          expr: each(recorded.tenantMemoryUse),
          unit: units.ratio,
          barTo: 1,
          scale: scales.memory,
        },
        {
          title: "CPU of plan",
          expr: each(recorded.tenantCpuUse),
          unit: units.ratio,
          barTo: 1,
          scale: scales.cpu,
        },
        { title: "Database", expr: each(recorded.databaseBytes), unit: units.bytes },
        {
          title: "Backup, of its period",
          expr: backupAge.backup('tenant!=""', "host, tenant"),
          unit: units.ratio,
          scale: rising(1.2, 1.5),
        },
        {
          title: "Proof, of its period",
          expr: backupAge.drill('tenant!=""', "host, tenant"),
          unit: units.ratio,
          scale: rising(1.1, 1.2),
        },
      ],
    }),
    chart({
      title: "Errors",
      description: "The worse of failed probes and of 5xx answers, by tenant.",
      width: 8,
      unit: units.ratio,
      queries: [{ expr: recorded.errorRatio, legend: "{{tenant}}" }],
    }),
    chart({
      title: "Answered within (p95)",
      description: "Seconds within which 95 of 100 requests were answered, by tenant, from Nginx's log.",
      width: 8,
      unit: units.seconds,
      queries: [{ expr: recorded.latency95, legend: "{{tenant}}" }],
    }),
    chart({
      title: "Requests",
      description: "Requests a second, by tenant, from Nginx's log.",
      width: 8,
      unit: units.requestsPerSecond,
      stacked: true,
      queries: [{ expr: recorded.requestRate, legend: "{{tenant}}" }],
    }),
  ];
}

function hosts(): Section["panels"] {
  const each = (metric: string): string => `max by (host) (${metric})`;
  return [
    table({
      title: "Hosts",
      description: "One row per host. Memory and CPU left are what may still be promised to tenants.",
      width: 24,
      height: 6,
      rows: `max by (host) (${declared.hostSlotsLeft})`,
      labels: [{ label: "host", title: "Host", link: hostLink }],
      values: [
        { title: "CPU", expr: each(recorded.hostCpuUse), unit: units.ratio, barTo: 1, scale: scales.cpu },
        { title: "Memory", expr: each(recorded.hostMemoryUse), unit: units.ratio, barTo: 1, scale: scales.memory },
        { title: "Fullest disk", expr: each(recorded.diskUse), unit: units.ratio, barTo: 1, scale: scales.disk },
        {
          title: "Tenants",
          expr: `count by (host) (${declared.tenantInfo}{state="running"})`,
          unit: units.count,
        },
        { title: "Memory left for tenants", expr: each(recorded.hostMemoryLeft), unit: units.bytes },
        { title: "CPUs left for tenants", expr: each(recorded.hostCpuLeft), unit: units.cores },
        { title: "Slots left", expr: each(declared.hostSlotsLeft), unit: units.count, scale: falling(50, 10) },
      ],
    }),
  ];
}
