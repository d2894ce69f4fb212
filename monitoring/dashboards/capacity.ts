import { declaredMetrics as declared, recordedMetrics as recorded } from "../contract";
import { dashboardPath } from "./catalogue";
import { chart, type PanelDraft, table } from "./panels";
import { scales, units } from "./style";

const hostLink = dashboardPath("host", { host: "${__data.fields.Host}" });

/** How much capacity is left, and for how long: what `make capacity` prints. */
export function capacityPanels(): PanelDraft[] {
  return [
    table({
      title: "Tenants that still fit",
      description:
        "How many more tenants of each plan a host takes, by promised memory, promised CPUs and free slots: what `make capacity` prints.",
      width: 8,
      rows: `max by (host, plan) (${recorded.tenantsLeft})`,
      labels: [
        { label: "host", title: "Host", link: hostLink },
        { label: "plan", title: "Plan" },
      ],
      values: [
        {
          title: "More tenants",
          expr: `max by (host, plan) (${recorded.tenantsLeft})`,
          unit: units.count,
          scale: scales.capacityLeft,
        },
      ],
    }),
    table({
      title: "Use of plans",
      description:
        "The tenant that uses most of each plan. Above 90 % of its memory the plan is too small for at least one tenant; far below, too large for all.",
      width: 8,
      rows: `count by (plan) (${declared.tenantInfo}{state="running"})`,
      labels: [{ label: "plan", title: "Plan" }],
      values: [
        { title: "Tenants", expr: `count by (plan) (${declared.tenantInfo}{state="running"})`, unit: units.count },
        {
          title: "Most memory",
          expr: `max by (plan) (${recorded.planMemoryUse})`,
          unit: units.ratio,
          barTo: 1,
          scale: scales.memory,
        },
        {
          title: "Most CPU",
          expr: `max by (plan) (${recorded.planCpuUse})`,
          unit: units.ratio,
          barTo: 1,
          scale: scales.cpu,
        },
      ],
    }),
    table({
      title: "Disks",
      description:
        "Use of each file system, and when it is full at the pace of the last hours; empty while it isn't filling.",
      width: 8,
      rows: `max by (host, mountpoint) (${recorded.diskUse})`,
      labels: [
        { label: "host", title: "Host", link: hostLink },
        { label: "mountpoint", title: "Mounted at" },
      ],
      values: [
        {
          title: "Used",
          expr: `max by (host, mountpoint) (${recorded.diskUse})`,
          unit: units.ratio,
          barTo: 1,
          scale: scales.disk,
        },
        {
          title: "Full in",
          expr: `min by (host, mountpoint) (${recorded.diskSecondsLeft})`,
          unit: units.seconds,
          scale: scales.diskFullIn,
        },
      ],
    }),
    chart({
      title: "Memory promised to tenants",
      description: "What the running tenants of each host may use together, and what the host has for tenants.",
      width: 12,
      unit: units.bytes,
      queries: [
        { expr: recorded.hostMemoryPromised, legend: "{{host}} promised" },
        { expr: recorded.hostMemoryForTenants, legend: "{{host}} for tenants" },
      ],
    }),
    chart({
      title: "Growth of databases",
      description: "Bytes a day at the pace of the last hours: the ten tenants that grow most.",
      width: 12,
      unit: units.bytes,
      queries: [{ expr: `topk(10, ${recorded.databaseGrowth})`, legend: "{{tenant}}" }],
    }),
  ];
}
