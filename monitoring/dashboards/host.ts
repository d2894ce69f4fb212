import { declaredMetrics as declared, recordedMetrics as recorded } from "../contract";
import { dashboardPath } from "./catalogue";
import type { Section } from "./dashboard";
import { chart, figure, table } from "./panels";
import { falling, mustReach, mustStayBelow, rising, scales, units } from "./style";

const host = 'host="$host"';

/** One host. */
export function hostSections(): Section[] {
  return [
    { title: "Now", panels: now() },
    { title: "Processors and memory", panels: processorsAndMemory() },
    { title: "Disks", panels: disks() },
    { title: "Tenants of this host", panels: tenants() },
    { title: "HTTPS", panels: edge() },
  ];
}

function now(): Section["panels"] {
  return [
    figure({
      title: "Processors in use",
      description: "Share of all processors that isn't idle, over five minutes.",
      width: 4,
      unit: units.ratio,
      scale: scales.cpu,
      queries: [{ expr: `${recorded.hostCpuUse}{${host}}`, legend: "in use" }],
    }),
    figure({
      title: "Load per core",
      description: "Processes that run or wait for a processor or a disk, per core. An alert is raised above 2.",
      width: 4,
      unit: units.cores,
      scale: rising(1, 2),
      queries: [
        {
          expr: `sum(node_load1{${host}}) / count(node_cpu_seconds_total{${host}, mode="idle"})`,
          legend: "load per core",
        },
      ],
    }),
    figure({
      title: "Memory in use",
      description: "What can't be had for something new; the rest is free or a cache. An alert is raised above 90 %.",
      width: 4,
      unit: units.ratio,
      scale: scales.memory,
      queries: [{ expr: `${recorded.hostMemoryUse}{${host}}`, legend: "in use" }],
    }),
    figure({
      title: "Fullest disk",
      description: "Used share of the fullest file system. Alerts are raised at 95 and 97 %.",
      width: 4,
      unit: units.ratio,
      scale: scales.disk,
      queries: [{ expr: `max(${recorded.diskUse}{${host}})`, legend: "used" }],
    }),
    figure({
      title: "Clock offset",
      description: "Distance of the clock from its time server. An alert is raised above 50 ms.",
      width: 4,
      unit: units.seconds,
      scale: rising(0.05),
      queries: [{ expr: `max(abs(node_timex_offset_seconds{${host}}))`, legend: "offset" }],
    }),
    figure({
      title: "Up for",
      description: "Time since the host was started.",
      width: 4,
      unit: units.seconds,
      queries: [{ expr: `time() - max(node_boot_time_seconds{${host}})`, legend: "up" }],
    }),
  ];
}

function processorsAndMemory(): Section["panels"] {
  return [
    chart({
      title: "Processors by use",
      description:
        "Share of all processors by what they do. Much `iowait` means that disks are waited for; `steal` that the machine is shared.",
      width: 12,
      unit: units.ratio,
      max: 1,
      stacked: true,
      queries: [
        {
          expr: `avg by (mode) (rate(node_cpu_seconds_total{${host}, mode!="idle"}[$__rate_interval]))`,
          legend: "{{mode}}",
        },
      ],
    }),
    chart({
      title: "Memory",
      description: "What is in use, what the running tenants are promised, and what there is.",
      width: 12,
      unit: units.bytes,
      queries: [
        {
          expr: `sum(node_memory_MemTotal_bytes{${host}}) - sum(node_memory_MemAvailable_bytes{${host}})`,
          legend: "in use",
        },
        { expr: `${recorded.hostMemoryPromised}{${host}}`, legend: "promised to tenants" },
        { expr: `sum(node_memory_MemTotal_bytes{${host}})`, legend: "memory of the host" },
      ],
    }),
    chart({
      title: "Load per core",
      description: "Average over one minute. Above 1 something waits.",
      width: 12,
      unit: units.cores,
      scale: rising(1, 2),
      queries: [
        {
          expr: `sum(node_load1{${host}}) / count(node_cpu_seconds_total{${host}, mode="idle"})`,
          legend: "load per core",
        },
      ],
    }),
    chart({
      title: "Kills for want of memory",
      description: "Processes that the kernel killed, in any container or outside. Each is a failed request of a user.",
      width: 12,
      unit: units.count,
      scale: mustStayBelow(1),
      queries: [{ expr: `sum(increase(node_vmstat_oom_kill{${host}}[$__rate_interval]))`, legend: "kills" }],
    }),
  ];
}

function disks(): Section["panels"] {
  return [
    chart({
      title: "Use of file systems",
      description: "Used share of each file system. Alerts are raised at 95 and 97 %.",
      width: 8,
      unit: units.ratio,
      max: 1,
      scale: scales.disk,
      queries: [{ expr: `max by (mountpoint) (${recorded.diskUse}{${host}})`, legend: "{{mountpoint}}" }],
    }),
    chart({
      title: "Full in",
      description: "Time until a file system is full at the pace of the last hours. No line: it isn't filling.",
      width: 8,
      unit: units.seconds,
      scale: scales.diskFullIn,
      queries: [{ expr: `min by (mountpoint) (${recorded.diskSecondsLeft}{${host}})`, legend: "{{mountpoint}}" }],
    }),
    chart({
      title: "Inodes left",
      description:
        "Free share of each file system's inodes: many small files can fill it while there is space. Alerts are raised below 5 and 3 %.",
      width: 8,
      unit: units.ratio,
      max: 1,
      scale: falling(0.05, 0.03),
      queries: [
        {
          expr: `min by (mountpoint) (node_filesystem_files_free{${host}} / (node_filesystem_files{${host}} > 0))`,
          legend: "{{mountpoint}}",
        },
      ],
    }),
    chart({
      title: "Received and sent by containers",
      description:
        "Bytes a second over all networks of all containers. Traffic between two containers counts on both sides.",
      width: 24,
      unit: units.bytesPerSecond,
      queries: [
        { expr: `sum(rate(container_network_receive_bytes_total{${host}}[$__rate_interval]))`, legend: "received" },
        { expr: `sum(rate(container_network_transmit_bytes_total{${host}}[$__rate_interval]))`, legend: "sent" },
      ],
    }),
  ];
}

function tenants(): Section["panels"] {
  return [
    chart({
      title: "CPU by tenant",
      description: "Cores in use by each tenant's containers, over five minutes.",
      width: 12,
      unit: units.cores,
      stacked: true,
      queries: [{ expr: `${recorded.tenantCpu}{${host}}`, legend: "{{tenant}}" }],
    }),
    chart({
      title: "Memory by tenant",
      description: "Working set of each tenant's containers.",
      width: 12,
      unit: units.bytes,
      stacked: true,
      queries: [{ expr: `${recorded.tenantMemory}{${host}}`, legend: "{{tenant}}" }],
    }),
    table({
      title: "Tenants",
      description: "Who lives here, and how much of what was promised each uses.",
      width: 16,
      rows: `max by (tenant, plan) (${declared.tenantInfo}{${host}, state="running"})`,
      labels: [
        { label: "tenant", title: "Tenant", link: dashboardPath("tenant", { tenant: "${__data.fields.Tenant}" }) },
        { label: "plan", title: "Plan" },
      ],
      values: [
        {
          title: "Memory of plan",
          expr: `max by (tenant) (${recorded.tenantMemoryUse}{${host}})`,
          unit: units.ratio,
          barTo: 1,
          scale: scales.memory,
        },
        {
          title: "CPU of plan",
          expr: `max by (tenant) (${recorded.tenantCpuUse}{${host}})`,
          unit: units.ratio,
          barTo: 1,
          scale: scales.cpu,
        },
        { title: "Database", expr: `max by (tenant) (${recorded.databaseBytes}{${host}})`, unit: units.bytes },
        { title: "Grows a day", expr: `max by (tenant) (${recorded.databaseGrowth}{${host}})`, unit: units.bytes },
      ],
    }),
    table({
      title: "Tenants that still fit",
      description: "How many more tenants of each plan this host takes.",
      width: 8,
      rows: `max by (plan) (${recorded.tenantsLeft}{${host}})`,
      labels: [{ label: "plan", title: "Plan" }],
      values: [
        {
          title: "More tenants",
          expr: `max by (plan) (${recorded.tenantsLeft}{${host}})`,
          unit: units.count,
          scale: scales.capacityLeft,
        },
      ],
    }),
  ];
}

function edge(): Section["panels"] {
  const probed = `${host}, service="edge"`;
  return [
    table({
      title: "Names that the edge serves",
      description:
        "Each name by HTTPS, as the prober sees it: whether it is served, and how long its certificate is good for. No row: the host has no edge.",
      width: 24,
      rows: `max by (tenant, instance, certificates) (probe_success{${probed}})`,
      labels: [
        { label: "tenant", title: "Tenant", link: dashboardPath("tenant", { tenant: "${__data.fields.Tenant}" }) },
        { label: "instance", title: "Name" },
        { label: "certificates", title: "Authority" },
      ],
      values: [
        {
          title: "Served",
          expr: `max by (tenant, instance, certificates) (probe_success{${probed}})`,
          unit: units.count,
          scale: mustReach(1),
        },
        {
          title: "Certificate good for",
          expr: `min by (tenant, instance, certificates) (probe_ssl_earliest_cert_expiry{${probed}}) - time()`,
          unit: units.seconds,
        },
      ],
    }),
  ];
}
