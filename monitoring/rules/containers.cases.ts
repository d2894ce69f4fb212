import { acme, type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";

const odoo = { ...acme, service: "odoo", name: "dev-acme-odoo" } as const;
const job = { job: "cadvisor" } as const;
const of = (metric: string): string => series(metric, { ...job, ...odoo });
const seenSelf = { [series("container_last_seen", { ...job, service: "cadvisor", name: "dev-cadvisor" })]: "1x100" };
const declaredSelf = {
  [series("odoo_fleet_container_declared", { service: "cadvisor", name: "dev-cadvisor" })]: "1x100",
};
const ofStack = (stack: string): string => series("container_last_seen", { ...job, ...odoo, stack });
const selfOf = (stack: string): Record<string, string> => ({
  ...declaredSelf,
  [series("container_last_seen", { ...job, service: "cadvisor", name: "dev-cadvisor", stack })]: "1x100",
});
const declared = { [series("odoo_fleet_container_declared", odoo)]: "1x100" };
const expected = (severity: Expected["severity"], value: string, labels: Record<string, string> = job): Expected => ({
  severity,
  labels: { ...here, ...odoo, ...labels },
  value,
});

const missing = { alert: "ContainerMissing", severity: "critical" } as const;
const undeclared = { alert: "ContainerUndeclared", severity: "warning" } as const;
const restarting = { alert: "ContainerRestarting", severity: "warning" } as const;
const unhealthy = { alert: "ContainerUnhealthy", severity: "critical" } as const;
const oom = { alert: "ContainerOutOfMemory", severity: "critical" } as const;
const memoryHigh = { alert: "ContainerMemoryHigh", severity: "warning" } as const;
const throttled = { alert: "ContainerThrottled", severity: "warning" } as const;

const memory = (used: string, limit = "100x100"): Record<string, string> => ({
  [of("container_memory_working_set_bytes")]: used,
  [of("container_spec_memory_limit_bytes")]: limit,
});
const periods = (throttledPeriods: string): Record<string, string> => ({
  [of("container_cpu_cfs_throttled_periods_total")]: throttledPeriods,
  [of("container_cpu_cfs_periods_total")]: "0+100x100",
});
const helper = { ...job, ...acme, service: "backup", name: "dev-acme-backup" } as const;
const drilling = {
  [series("container_cpu_cfs_throttled_periods_total", helper)]: "0+90x30",
  [series("container_cpu_cfs_periods_total", helper)]: "0+100x30",
};
const nginxProbe = series("probe_success", { ...acme, job: "blackbox", service: "nginx", instance: "http://nginx" });
const killedAt = series("odoo_fleet_container_oom_kill_timestamp_seconds", { job: "node", name: odoo.name });
const isKilled = expected("critical", "1", {});
const isMissing = expected("critical", "1", {});

/** Cases of the alerts on containers. */
export const containerCases: readonly AlertCase[] = [
  fires(missing, "a declared container isn't there", "4m", [isMissing], { ...declared, ...seenSelf }),
  quiet(missing, "it is there", "10m", { ...declared, ...seenSelf, [of("container_last_seen")]: "1x100" }),
  quiet(missing, "cAdvisor sees nothing at all, not even itself", "10m", declared),
  resolves(missing, "it comes back", "4m", [isMissing], "10m", {
    ...declared,
    ...seenSelf,
    [of("container_last_seen")]: "_x6 1x20",
  }),

  fires(undeclared, "a container of this environment that nobody declared", "16m", [expected("warning", "1")], {
    ...declaredSelf,
    [of("container_last_seen")]: "1x30",
  }),
  fires(
    undeclared,
    "it has the id of the stack that watches it",
    "16m",
    [expected("warning", "1", { ...job, stack: "own" })],
    { ...selfOf("own"), [ofStack("own")]: "1x30" },
  ),
  quiet(undeclared, "it is of another stack, which declares it", "30m", {
    ...selfOf("own"),
    [ofStack("other")]: "1x40",
  }),
  quiet(undeclared, "a visit has woken the tenant", "30m", {
    ...declaredSelf,
    [series("odoo_fleet_container_wakeable", odoo)]: "1x40",
    [of("container_last_seen")]: "1x40",
  }),
  quiet(undeclared, "all that runs is declared", "30m", { ...declared, [of("container_last_seen")]: "1x40" }),
  resolves(undeclared, "it is removed", "17m", [expected("warning", "1")], "20m", {
    ...declaredSelf,
    [of("container_last_seen")]: "1x18 stale",
  }),

  fires(restarting, "three new starts", "7m", [expected("warning", "3", {})], {
    [of("container_start_time_seconds")]: "100x2 200 300 400x20",
  }),
  fires(
    restarting,
    "CPU time begins anew three times, where the start time never changes",
    "8m",
    [expected("warning", "3", {})],
    {
      [of("container_start_time_seconds")]: "100x20",
      [series("container_cpu_usage_seconds_total", { ...job, ...odoo, cpu: "total" })]: "5 9 1 4 0 3 1+1x20",
    },
  ),
  quiet(restarting, "an update, and a change of it", "7m", {
    [of("container_start_time_seconds")]: "100x2 200 300x20",
  }),
  resolves(restarting, "it stays", "7m", [expected("warning", "3", {})], "22m", {
    [of("container_start_time_seconds")]: "100x2 200 300 400x30",
  }),

  fires(unhealthy, "its healthcheck fails", "6m", [expected("critical", "0")], {
    [of("container_health_state")]: "0x20",
  }),
  fires(
    unhealthy,
    "Nginx's own page doesn't answer, where cAdvisor doesn't tell of health",
    "6m",
    [
      {
        severity: "critical",
        labels: { ...here, ...acme, job: "blackbox", service: "nginx", instance: "http://nginx" },
        value: "0",
      },
    ],
    { [nginxProbe]: "0x20" },
  ),
  quiet(unhealthy, "it starts", "6m", { [of("container_health_state")]: "0x4 1x20" }),
  quiet(unhealthy, "it has no healthcheck", "20m", { [of("container_health_state")]: "-1x20" }),
  resolves(unhealthy, "it recovers", "6m", [expected("critical", "0")], "10m", {
    [of("container_health_state")]: "0x7 1x20",
  }),

  fires(oom, "a kill", "6m", [isKilled], { ...declared, [killedAt]: "_x3 240x20" }),
  quiet(oom, "a kill of long ago", "20m", { ...declared, [killedAt]: "240x30" }),
  quiet(oom, "a kill of a container that nobody declared", "6m", { [killedAt]: "_x3 240x20" }),
  resolves(oom, "no further kill", "6m", [isKilled], "16m", { ...declared, [killedAt]: "_x3 240x30" }),

  fires(memoryHigh, "95 % for a while", "6m", [expected("warning", "95%")], memory("95x20")),
  quiet(memoryHigh, "85 %", "15m", memory("85x20")),
  quiet(memoryHigh, "a container without a limit", "15m", memory("85x20", "0x20")),
  resolves(memoryHigh, "memory is freed", "6m", [expected("warning", "95%")], "10m", memory("95x7 50x20")),

  fires(throttled, "held back in 30 % of the periods", "7m", [expected("warning", "30%")], periods("0+30x20")),
  quiet(throttled, "held back in 20 % of the periods", "15m", periods("0+20x30")),
  quiet(throttled, "a drill takes its time", "15m", drilling),
  resolves(throttled, "the load ends", "8m", [expected("warning", "30%")], "16m", periods("0+30x10 300x30")),
];
