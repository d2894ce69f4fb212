import { declaredMetrics as declared } from "../contract";
import { dashboardPath } from "./catalogue";
import type { Section } from "./dashboard";
import { chart, figure, table } from "./panels";
import { mustStayBelow, rising, scales, units } from "./style";

/** "All" is `.*`, which also takes what has no tenant: shared services. */
const chosen = 'host=~"$host", tenant=~"$tenant"';

/** Every container of the fleet. */
export function containersSections(): Section[] {
  return [
    { title: "Declared and running", panels: state() },
    { title: "Use", panels: use() },
  ];
}

function state(): Section["panels"] {
  return [
    figure({
      title: "Declared",
      description: "Containers that the fleet declares to run.",
      width: 6,
      unit: units.count,
      queries: [{ expr: `count(${declared.containerDeclared}{${chosen}}) or vector(0)`, legend: "declared" }],
    }),
    figure({
      title: "Missing",
      description: "Declared, but cAdvisor doesn't see them.",
      width: 6,
      unit: units.count,
      scale: mustStayBelow(1),
      queries: [
        {
          expr: `count(${declared.containerDeclared}{${chosen}} unless on (host, name) container_start_time_seconds) or vector(0)`,
          legend: "missing",
        },
      ],
    }),
    figure({
      title: "Started again lately",
      description: "Containers whose start time changed within 15 minutes: restarts, and replacements by an update.",
      width: 6,
      unit: units.count,
      scale: rising(1),
      queries: [
        { expr: `count(changes(container_start_time_seconds{${chosen}}[15m]) > 0) or vector(0)`, legend: "restarted" },
      ],
    }),
    figure({
      title: "Near their memory limit",
      description: "Containers above 90 % of their limit: the kernel kills in them next.",
      width: 6,
      unit: units.count,
      scale: mustStayBelow(1),
      queries: [
        {
          expr: `count(container_memory_working_set_bytes{${chosen}} / (container_spec_memory_limit_bytes{${chosen}} > 0) > 0.9) or vector(0)`,
          legend: "near",
        },
      ],
    }),
    table({
      title: "Containers",
      description: "Every declared container as it is now. An empty row is a container that is missing.",
      width: 24,
      height: 12,
      rows: `max by (name, host, tenant, service) (${declared.containerDeclared}{${chosen}})`,
      labels: [
        { label: "name", title: "Container" },
        { label: "service", title: "Service" },
        { label: "tenant", title: "Tenant", link: dashboardPath("tenant", { tenant: "${__data.fields.Tenant}" }) },
        { label: "host", title: "Host", link: dashboardPath("host", { host: "${__data.fields.Host}" }) },
      ],
      values: [
        {
          title: "Up for",
          expr: `time() - max by (host, name) (container_start_time_seconds{${chosen}})`,
          unit: units.seconds,
        },
        {
          title: "Restarts in an hour",
          expr: `max by (host, name) (changes(container_start_time_seconds{${chosen}}[1h]))`,
          unit: units.count,
          scale: rising(1, 3),
        },
        {
          title: "CPU",
          expr: `max by (host, name) (rate(container_cpu_usage_seconds_total{${chosen}}[5m]))`,
          unit: units.cores,
          decimals: 3,
        },
        {
          title: "Memory",
          expr: `max by (host, name) (container_memory_working_set_bytes{${chosen}})`,
          unit: units.bytes,
        },
        {
          title: "Memory of limit",
          expr: `max by (host, name) (container_memory_working_set_bytes{${chosen}} / (container_spec_memory_limit_bytes{${chosen}} > 0))`,
          unit: units.ratio,
          barTo: 1,
          scale: scales.memory,
        },
        {
          title: "Processes",
          expr: `max by (host, name) (container_processes{${chosen}})`,
          unit: units.count,
        },
      ],
    }),
  ];
}

function use(): Section["panels"] {
  return [
    chart({
      title: "CPU",
      description: "Cores in use: the fifteen busiest containers.",
      width: 12,
      unit: units.cores,
      queries: [
        {
          expr: `topk(15, rate(container_cpu_usage_seconds_total{${chosen}}[$__rate_interval]))`,
          legend: "{{name}}",
        },
      ],
    }),
    chart({
      title: "Held back by the CPU limit",
      description:
        "Share of scheduling periods in which a container had used up its CPU time. An alert is raised above 25 %.",
      width: 12,
      unit: units.ratio,
      max: 1,
      scale: scales.throttled,
      queries: [
        {
          expr: `topk(15, rate(container_cpu_cfs_throttled_periods_total{${chosen}}[$__rate_interval]) / rate(container_cpu_cfs_periods_total{${chosen}}[$__rate_interval]))`,
          legend: "{{name}}",
        },
      ],
    }),
    chart({
      title: "Memory",
      description: "Working set: the fifteen largest containers.",
      width: 12,
      unit: units.bytes,
      queries: [{ expr: `topk(15, container_memory_working_set_bytes{${chosen}})`, legend: "{{name}}" }],
    }),
    chart({
      title: "Memory of limit",
      description: "Working set as a share of the limit: the fifteen fullest. An alert is raised above 90 %.",
      width: 12,
      unit: units.ratio,
      max: 1,
      scale: scales.memory,
      queries: [
        {
          expr: `topk(15, container_memory_working_set_bytes{${chosen}} / (container_spec_memory_limit_bytes{${chosen}} > 0))`,
          legend: "{{name}}",
        },
      ],
    }),
    chart({
      title: "Received and sent",
      description: "Bytes a second by service, over all its networks.",
      width: 24,
      unit: units.bytesPerSecond,
      queries: [
        {
          expr: `sum by (service) (rate(container_network_receive_bytes_total{${chosen}}[$__rate_interval]))`,
          legend: "{{service}} received",
        },
        {
          expr: `sum by (service) (rate(container_network_transmit_bytes_total{${chosen}}[$__rate_interval]))`,
          legend: "{{service}} sent",
        },
      ],
    }),
  ];
}
