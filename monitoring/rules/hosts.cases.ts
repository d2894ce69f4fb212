import { type AlertCase, type Expected, fires, here, quiet, resolves, series } from "./case";
import type { Severity } from "./alert";

const node = { job: "node", service: "node-exporter" } as const;
const up = (job: string): string => series("up", { job });
const of = (metric: string, more: Record<string, string> = {}): string => series(metric, { ...node, ...more });
const disk = { mountpoint: "/", device: "/dev/sda1" } as const;
const onDisk = (severity: Severity, value: string): Expected => ({
  severity,
  labels: { ...here, ...node, ...disk },
  value,
});
const space = (avail: string, readOnly = 0, size = 100): Record<string, string> => ({
  [of("node_filesystem_avail_bytes", disk)]: avail,
  [of("node_filesystem_size_bytes", disk)]: `${size}x1000`,
  [of("node_filesystem_readonly", disk)]: `${readOnly}x1000`,
});
const inodes = (free: string): Record<string, string> => ({
  [of("node_filesystem_files_free", disk)]: free,
  [of("node_filesystem_files", disk)]: "100x1000",
  [of("node_filesystem_readonly", disk)]: "0x1000",
});
const memory = (available: string): Record<string, string> => ({
  [of("node_memory_MemAvailable_bytes")]: available,
  [of("node_memory_MemTotal_bytes")]: "100x100",
});
const load = (load1: string): Record<string, string> => ({
  [of("node_load1")]: load1,
  [of("node_cpu_seconds_total", { cpu: "0", mode: "idle" })]: "0+60x100",
  [of("node_cpu_seconds_total", { cpu: "1", mode: "idle" })]: "0+60x100",
});

const down = { alert: "HostDown", severity: "critical" } as const;
const isDown: Expected = { severity: "critical", labels: here, value: "0" };
const oom = { alert: "HostOutOfMemory", severity: "critical" } as const;
const killed: Expected = { severity: "critical", labels: { ...here, ...node }, value: "1" };
const memoryHigh = { alert: "HostMemoryHigh", severity: "warning" } as const;
const loadHigh = { alert: "HostLoadHigh", severity: "warning" } as const;
const spaceLow = (severity: Severity) => ({ alert: "HostDiskSpaceLow", severity }) as const;
const filling = (severity: Severity) => ({ alert: "HostDiskFilling", severity }) as const;
const inodesLow = (severity: Severity) => ({ alert: "HostInodesLow", severity }) as const;
const skewed = { alert: "HostClockSkewed", severity: "warning" } as const;
const isSkewed: Expected = { severity: "warning", labels: { ...here, ...node }, value: "80ms" };

/** Cases of the alerts on hosts. */
export const hostCases: readonly AlertCase[] = [
  fires(down, "no exporter answers", "3m", [isDown], { [up("node")]: "0x20", [up("cadvisor")]: "0x20" }),
  quiet(down, "one exporter still answers", "15m", { [up("node")]: "0x20", [up("cadvisor")]: "1x20" }),
  quiet(down, "nothing answers for a minute", "3m", { [up("node")]: "1 0 1x20" }),
  resolves(down, "the host comes back", "4m", [isDown], "10m", { [up("node")]: "0x5 1x20" }),

  fires(oom, "the kernel killed a process", "6m", [killed], { [of("node_vmstat_oom_kill")]: "3x3 4x20" }),
  quiet(oom, "kills of long ago", "15m", { [of("node_vmstat_oom_kill")]: "3x30" }),
  resolves(oom, "no further kill", "6m", [killed], "16m", { [of("node_vmstat_oom_kill")]: "3x3 4x30" }),

  fires(memoryHigh, "95 % for a while", "16m", [{ severity: "warning", labels: here, value: "95%" }], memory("5x30")),
  quiet(memoryHigh, "89 %", "30m", memory("11x40")),
  quiet(memoryHigh, "95 % for ten minutes", "16m", memory("50x5 5x10 50x20")),
  resolves(
    memoryHigh,
    "memory is freed",
    "18m",
    [{ severity: "warning", labels: here, value: "95%" }],
    "25m",
    memory("5x20 50x20"),
  ),

  fires(
    loadHigh,
    "five processes for two cores",
    "16m",
    [{ severity: "warning", labels: { ...here, ...node }, value: "2.5" }],
    load("5x30"),
  ),
  quiet(loadHigh, "three processes for two cores", "30m", load("3x40")),
  resolves(
    loadHigh,
    "the load falls",
    "18m",
    [{ severity: "warning", labels: { ...here, ...node }, value: "2.5" }],
    "25m",
    load("5x20 1x20"),
  ),

  fires(spaceLow("warning"), "4 % left", "31m", [onDisk("warning", "4%")], space("4x60")),
  quiet(spaceLow("warning"), "6 % left", "50m", space("6x60")),
  quiet(spaceLow("warning"), "a full file system that nobody can write to", "50m", space("0x60", 1)),
  resolves(spaceLow("warning"), "space is made", "35m", [onDisk("warning", "4%")], "45m", space("4x40 50x20")),
  fires(spaceLow("critical"), "2 % left", "31m", [onDisk("warning", "2%"), onDisk("critical", "2%")], space("2x60")),
  quiet(spaceLow("critical"), "2 % for twenty minutes", "31m", space("50x5 2x20 50x60")),
  resolves(
    spaceLow("critical"),
    "space is made",
    "35m",
    [onDisk("warning", "2%"), onDisk("critical", "2%")],
    "45m",
    space("2x40 50x20"),
  ),

  fires(filling("warning"), "full within a day", "62m", [onDisk("warning", "37.14%")], space("39-0.03x100")),
  quiet(filling("warning"), "fills slowly", "70m", space("39-0.001x100")),
  quiet(filling("warning"), "fills fast, but more than 40 % are left", "70m", space("90-0.1x100")),
  resolves(filling("warning"), "it stops", "62m", [onDisk("warning", "37.14%")], "500m", space("39-0.03x70 37x600")),
  fires(
    filling("critical"),
    "full within four hours",
    "62m",
    [onDisk("warning", "12.8%"), onDisk("critical", "12.8%")],
    space("19-0.1x100"),
  ),
  quiet(filling("critical"), "three quarters left", "70m", space("75-0.3x100")),
  resolves(
    filling("critical"),
    "it stops",
    "62m",
    [onDisk("warning", "12.8%"), onDisk("critical", "12.8%")],
    "500m",
    space("19-0.1x70 12x600"),
  ),

  fires(inodesLow("warning"), "4 % left", "61m", [onDisk("warning", "4%")], inodes("4x100")),
  quiet(inodesLow("warning"), "6 % left", "90m", inodes("6x100")),
  resolves(inodesLow("warning"), "files are removed", "65m", [onDisk("warning", "4%")], "80m", inodes("4x70 50x30")),
  fires(inodesLow("critical"), "2 % left", "61m", [onDisk("warning", "2%"), onDisk("critical", "2%")], inodes("2x100")),
  quiet(inodesLow("critical"), "2 % for half an hour", "61m", inodes("50x10 2x30 50x60")),
  resolves(
    inodesLow("critical"),
    "files are removed",
    "65m",
    [onDisk("warning", "2%"), onDisk("critical", "2%")],
    "80m",
    inodes("2x70 50x30"),
  ),

  fires(skewed, "80 ms behind", "11m", [isSkewed], { [of("node_timex_offset_seconds")]: "-0.08x20" }),
  quiet(skewed, "40 ms ahead", "20m", { [of("node_timex_offset_seconds")]: "0.04x20" }),
  quiet(skewed, "the clock jumps once and is set right", "20m", { [of("node_timex_offset_seconds")]: "0x5 3 0x20" }),
  resolves(skewed, "the clock is set right", "12m", [isSkewed], "20m", {
    [of("node_timex_offset_seconds")]: "0.08x15 0x20",
  }),
];
