import type { Section } from "./dashboard";
import { chart, figure, table } from "./panels";
import { dashboardPath } from "./catalogue";
import { falling, mustStayBelow, rising, units } from "./style";

const host = 'host="$host"';

/** File systems with files on a disk. */
const disks = `${host}, fstype!~"tmpfs|ramfs|overlay|squashfs|fuse.*|nsfs|rpc_pipefs"`;

/** One host. */
export function hostSections(): Section[] {
  return [
    {
      title: "Now",
      panels: [
        figure({
          title: "Processors in use",
          description: "Share of all processors that isn't idle, over the last minutes.",
          width: 4,
          unit: units.ratio,
          max: 1,
          scale: rising(0.8, 0.95),
          queries: [
            {
              expr: `1 - avg(rate(node_cpu_seconds_total{${host}, mode="idle"}[$__rate_interval]))`,
              legend: "in use",
            },
          ],
        }),
        figure({
          title: "Load per core",
          description: "Processes that run or wait for a processor or disk, per core. An alert is raised above 2.",
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
          description: "What can't be had for something new: the rest is free or a cache. An alert is raised above 90 %.",
          width: 4,
          unit: units.ratio,
          max: 1,
          scale: rising(0.8, 0.9),
          queries: [
            {
              expr: `1 - sum(node_memory_MemAvailable_bytes{${host}}) / sum(node_memory_MemTotal_bytes{${host}})`,
              legend: "in use",
            },
          ],
        }),
        figure({
          title: "Least disk left",
          description: "Free share of the fullest file system. Alerts are raised below 5 and 3 %.",
          width: 4,
          unit: units.ratio,
          max: 1,
          scale: falling(0.05, 0.03),
          queries: [
            {
              expr: `min(node_filesystem_avail_bytes{${disks}} / node_filesystem_size_bytes{${disks}})`,
              legend: "left",
            },
          ],
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
          title: "Up since",
          description: "Time since the host was started.",
          width: 4,
          unit: units.seconds,
          queries: [{ expr: `max(node_time_seconds{${host}} - node_boot_time_seconds{${host}})`, legend: "up" }],
        }),
      ],
    },
  ];
}
void chart; void table; void dashboardPath; void mustStayBelow;
