import { containerHealthy, declaredMetrics, jobs, ofDatabase, recordedMetrics } from "../contract";
import { duration } from "../duration";
import { objectiveInterval } from "./objective";
import { hostScope, largest, smallest, tenantScope } from "./promql";
import { type RecordingRule, renderGroups } from "./render";

const { nginxlog, node, cadvisor, blackbox } = jobs;
const recorded = recordedMetrics;

/** Share of a host's memory that tenants may have where the declaration sets no limit: beyond it HostMemoryHigh fires. */
const memoryForTenants = 0.9;

const requests = (selector: string): string =>
  `sum by (${tenantScope}) (rate(nginx_http_response_count_total{job="${nginxlog}"${selector}}[5m]))`;

const service: readonly RecordingRule[] = [
  { record: recorded.requestRate, expr: requests("") },
  {
    record: recorded.latency95,
    expr: `histogram_quantile(0.95, sum by (${tenantScope}, le) (rate(nginx_http_response_time_seconds_hist_bucket{job="${nginxlog}"}[5m])))`,
  },
  {
    // Probes see that nobody answers, answers see what only users meet: the worse of the two counts.
    record: recorded.errorRatio,
    expr: largest(
      tenantScope,
      `1 - avg_over_time(probe_success{job="${blackbox}", service="odoo"}[5m])`,
      `1 - avg_over_time(${containerHealthy}{service="odoo"}[5m])`,
      `${requests(', status="5xx"')} / ${requests("")}`,
    ),
  },
  { record: recorded.availability3d, expr: `1 - avg_over_time(${recorded.errorRatio}[3d])` },
  {
    record: recorded.budgetLeft3d,
    expr: `1 - (1 - ${recorded.availability3d}) / on (environment) group_left () (1 - ${declaredMetrics.objective})`,
  },
];

const use: readonly RecordingRule[] = [
  {
    record: recorded.tenantMemory,
    expr: `sum by (${tenantScope}) (container_memory_working_set_bytes{job="${cadvisor}", tenant!=""})`,
  },
  {
    record: recorded.tenantMemoryUse,
    expr: `${recorded.tenantMemory} / on (${tenantScope}) ${declaredMetrics.tenantMemoryLimit}`,
  },
  {
    record: recorded.tenantCpu,
    expr: `sum by (${tenantScope}) (rate(container_cpu_usage_seconds_total{job="${cadvisor}", tenant!=""}[5m]))`,
  },
  {
    record: recorded.tenantCpuUse,
    expr: `${recorded.tenantCpu} / on (${tenantScope}) ${declaredMetrics.tenantCpuLimit}`,
  },
  { record: recorded.planMemoryUse, expr: largestOfPlan(recorded.tenantMemoryUse) },
  { record: recorded.planCpuUse, expr: largestOfPlan(recorded.tenantCpuUse) },
  {
    record: recorded.connectionUse,
    expr: `sum by (${tenantScope}) (pg_stat_activity_count{${ofDatabase}})
/ on (${tenantScope})
max by (${tenantScope}) (
  pg_settings_max_connections{${ofDatabase}} - pg_settings_superuser_reserved_connections{${ofDatabase}}
)`,
  },
  {
    record: recorded.databaseBytes,
    expr: `sum by (${tenantScope}) (pg_database_size_bytes{${ofDatabase}, datname!="postgres"})`,
  },
  { record: recorded.databaseGrowth, expr: `deriv(${recorded.databaseBytes}[6h]) * 86400` },
  {
    record: recorded.hostCpuUse,
    expr: `1 - avg by (${hostScope}) (rate(node_cpu_seconds_total{job="${node}", mode="idle"}[5m]))`,
  },
  {
    record: recorded.hostMemoryUse,
    expr: `max by (${hostScope}) (1 - node_memory_MemAvailable_bytes{job="${node}"} / node_memory_MemTotal_bytes{job="${node}"})`,
  },
  {
    record: recorded.diskUse,
    expr: `1 - max by (${hostScope}, mountpoint, device) (node_filesystem_avail_bytes{job="${node}"} / (node_filesystem_size_bytes{job="${node}"} > 0))`,
  },
  {
    record: recorded.diskSecondsLeft,
    expr: `max by (${hostScope}, mountpoint, device) (
  node_filesystem_avail_bytes{job="${node}"} / -(deriv(node_filesystem_avail_bytes{job="${node}"}[6h]) < 0)
)`,
  },
];

const capacity: readonly RecordingRule[] = [
  { record: recorded.hostMemoryPromised, expr: promised(declaredMetrics.tenantMemoryLimit) },
  { record: recorded.hostCpuPromised, expr: promised(declaredMetrics.tenantCpuLimit) },
  {
    record: recorded.hostMemoryForTenants,
    expr: `sum by (${hostScope}) (${declaredMetrics.hostMemoryLimit})
or
max by (${hostScope}) (node_memory_MemTotal_bytes{job="${node}"}) * ${memoryForTenants}`,
  },
  { record: recorded.hostMemoryLeft, expr: `${recorded.hostMemoryForTenants} - ${recorded.hostMemoryPromised}` },
  // Without a limit, CPUs are ceilings that tenants share.
  {
    record: recorded.hostCpuLeft,
    expr: `sum by (${hostScope}) (${declaredMetrics.hostCpuLimit}) - ${recorded.hostCpuPromised}`,
  },
  {
    record: recorded.tenantsLeft,
    expr: `clamp_min(
  floor(
    ${smallest(
      `${hostScope}, plan`,
      `${recorded.hostMemoryLeft} / on (${hostScope}) group_right () ${declaredMetrics.planMemory}`,
      `${recorded.hostCpuLeft} / on (${hostScope}) group_right () ${declaredMetrics.planCpu}`,
      `${declaredMetrics.planMemory} * 0 + on (${hostScope}) group_left () ${declaredMetrics.hostSlotsLeft}`,
    ).replaceAll("\n", "\n    ")}
  ),
  0
)`,
  },
];

/** Renders `rules-recording.yml`. Each rule reads only what is measured or what stands before it. */
export function renderRecordingRules(): string {
  return renderGroups([
    { name: "use", rules: use },
    { name: "capacity", rules: capacity },
    { name: "service", interval: duration(objectiveInterval), rules: service },
  ]);
}

/** What is promised on each host; 0 on one without tenants, so that what is left can be told. */
function promised(metric: string): string {
  return `sum by (${hostScope}) (${metric})\nor\nsum by (${hostScope}) (${declaredMetrics.hostSlotsLeft} * 0)`;
}

function largestOfPlan(metric: string): string {
  return `max by (environment, plan) (
  ${metric} * on (${tenantScope}) group_left (plan) ${declaredMetrics.tenantInfo}{state="running"}
)`;
}
