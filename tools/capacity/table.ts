import { columns } from "../columns";
import type { Use } from "../../fleet/estimate";
import type { CapacityReport, DeclaredHost, Measured } from "./report";

/** The report for people. */
export function capacityTables({ environment, hosts, measured }: CapacityReport): string {
  const sections = [
    [`Promised to tenants in ${environment}`, columns(promised(hosts))],
    ["More tenants that fit, by what is declared", columns(fitting(hosts))],
    ...(measured === undefined ? [] : measuredSections(measured)),
  ];
  return sections.map(([title, text]) => `${title}\n${text}`).join("\n");
}

function promised(hosts: readonly DeclaredHost[]): string[][] {
  const use = ({ used, limit }: Use, unit: string): string => `${used} of ${limit ?? "unlimited"}${unit}`;
  return [
    ["host", "tenants", "memory", "CPUs", "slots left"],
    ...hosts.map(({ host, tenants, memoryMiB, cpus, slotsLeft }) => [
      host,
      `${tenants}`,
      use(memoryMiB, " MiB"),
      use(cpus, ""),
      `${slotsLeft}`,
    ]),
  ];
}

function fitting(hosts: readonly DeclaredHost[]): string[][] {
  return [
    ["host", "plan", "more tenants", "limited by"],
    ...hosts.flatMap(({ host, fits }) =>
      fits.map(({ plan, tenants, bottleneck }) => [host, plan, `${tenants}`, bottleneck]),
    ),
  ];
}

function measuredSections({ plans, tenants, fits, disks }: Measured): string[][] {
  const tables: [string, string[][]][] = [
    [
      "More tenants that fit, by the hosts' real memory and CPUs",
      [["host", "plan", "more tenants"], ...fits.map((row) => [row.host, row.plan, show(row.tenants, String)])],
    ],
    [
      "Use of plans: the tenant that uses most",
      [
        ["plan", "memory", "CPU"],
        ...plans.map(({ plan, memory, cpu }) => [plan, show(memory, percent), show(cpu, percent)]),
      ],
    ],
    [
      "Use by tenant",
      [
        ["host", "tenant", "memory", "CPU", "database", "grows a day"],
        ...tenants.map((row) => [
          row.host,
          row.tenant,
          show(row.memory, percent),
          show(row.cpu, percent),
          show(row.databaseBytes, mebibytes),
          show(row.growsBytesPerDay, mebibytes),
        ]),
      ],
    ],
    [
      "Disks",
      [
        ["host", "mounted at", "used", "full in"],
        ...disks.map((row) => [
          row.host,
          row.mountpoint,
          show(row.used, percent),
          row.fullInSeconds === undefined ? "not filling" : days(row.fullInSeconds),
        ]),
      ],
    ],
  ];
  return tables.map(([title, rows]) => [title, rows.length > 1 ? columns(rows) : "  nothing measured yet\n"]);
}

function show(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? "-" : format(value);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function days(seconds: number): string {
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} hours` : `${Math.round(seconds / 86_400)} days`;
}
