import { declaredMetrics as declared, recordedMetrics as recorded } from "../contract";
import type { Section } from "./dashboard";
import { chart, figure } from "./panels";
import { scales, units } from "./style";

/** What a tenant uses, and its share of what the host costs. @param tenant the condition that selects it. */
export function tenantUse(tenant: string): Section[] {
  return [
    { title: "Containers", panels: containers(tenant) },
    { title: "Share of the host's cost", panels: cost(tenant) },
  ];
}

function containers(tenant: string): Section["panels"] {
  return [
    chart({
      title: "Memory of limit",
      description: "Working set of each container as a share of its limit. An alert is raised above 90 %.",
      width: 8,
      unit: units.ratio,
      max: 1,
      scale: scales.memory,
      queries: [
        {
          expr: `max by (service) (container_memory_working_set_bytes{${tenant}} / (container_spec_memory_limit_bytes{${tenant}} > 0))`,
          legend: "{{service}}",
        },
      ],
    }),
    chart({
      title: "CPU",
      description: "Cores in use by each container.",
      width: 8,
      unit: units.cores,
      stacked: true,
      queries: [
        {
          expr: `sum by (service) (rate(container_cpu_usage_seconds_total{${tenant}}[$__rate_interval]))`,
          legend: "{{service}}",
        },
      ],
    }),
    chart({
      title: "Held back by the CPU limit",
      description:
        "Share of scheduling periods in which a container had used up its CPU time. An alert is raised above 25 %.",
      width: 8,
      unit: units.ratio,
      max: 1,
      scale: scales.throttled,
      queries: [
        {
          expr: `sum by (service) (rate(container_cpu_cfs_throttled_periods_total{${tenant}}[$__rate_interval])) / sum by (service) (rate(container_cpu_cfs_periods_total{${tenant}}[$__rate_interval]))`,
          legend: "{{service}}",
        },
      ],
    }),
  ];
}

function cost(tenant: string): Section["panels"] {
  // Of everything that the tenants of the same host have together.
  const share = (metric: string): string =>
    `sum(${metric}{${tenant}}) / sum(sum by (host) (${metric}) and on (host) ${declared.tenantInfo}{${tenant}})`;
  const shares: readonly (readonly [string, string, string])[] = [
    [
      "Memory promised",
      share(declared.tenantMemoryLimit),
      "The plan's memory as a share of what all running tenants of the host are promised.",
    ],
    ["CPU used", share(recorded.tenantCpu), "Share of the CPU time that the host's tenants use now."],
    ["Memory used", share(recorded.tenantMemory), "Share of the memory that the host's tenants use now."],
    ["Database", share(recorded.databaseBytes), "Share of the bytes that the databases of the host's tenants have."],
  ];
  return [
    ...shares.map(([title, expr, description]) =>
      figure({ title, description, width: 3, height: 8, unit: units.ratio, queries: [{ expr, legend: "share" }] }),
    ),
    chart({
      title: "Share of the host's tenants over time",
      description: "Of what all tenants of the same host use together: a tenant's part of what the host costs.",
      width: 12,
      unit: units.ratio,
      max: 1,
      queries: [
        { expr: share(recorded.tenantCpu), legend: "CPU used" },
        { expr: share(recorded.tenantMemory), legend: "memory used" },
        { expr: share(declared.tenantMemoryLimit), legend: "memory promised" },
      ],
    }),
  ];
}
