import { jobs, recordedMetrics, settleSeconds } from "../contract";
import type { Alert, AlertGroup, Severity } from "./alert";
import { hostScope } from "./promql";

const of = (metric: string): string => `${metric}{job="${jobs.node}"}`;
const free = `${of("node_filesystem_avail_bytes")} / ${of("node_filesystem_size_bytes")}`;
const writable = `${of("node_filesystem_readonly")} == 0`;

const spaceLow = (severity: Severity, share: number): Alert => ({
  name: "HostDiskSpaceLow",
  severity,
  for: 1800,
  keepFiringFor: settleSeconds,
  expr: `${free} < ${share}\nand ${writable}`,
  format: "humanizePercentage",
  threshold: `${share * 100} %`,
  summary: {
    en: "{value} of {mountpoint} is left on host {host}",
    fr: "Il reste {value} de {mountpoint} sur l'hôte {host}",
  },
  description: {
    en: "File system {mountpoint} ({device}) of host {host} has {value} of its space left.",
    fr: "Le système de fichiers {mountpoint} ({device}) de l'hôte {host} n'a plus que {value} de son espace.",
  },
  dashboard: "host",
  source: "node-mixin's NodeFilesystemAlmostOutOfSpace",
});

const filling = (severity: Severity, hours: number, share: number): Alert => ({
  name: "HostDiskFilling",
  severity,
  for: 3600,
  expr: `${free} < ${share}
and predict_linear(${of("node_filesystem_avail_bytes")}[6h], ${hours} * 3600) < 0
and ${writable}`,
  format: "humanizePercentage",
  threshold: {
    en: `full within ${hours} h, less than ${share * 100} % left`,
    fr: `plein d'ici ${hours} h, moins de ${share * 100} % restants`,
  },
  summary: {
    en: `{mountpoint} on host {host} is full within ${hours} hours`,
    fr: `{mountpoint} sur l'hôte {host} sera plein d'ici ${hours} heures`,
  },
  description: {
    en: `At the pace of the last 6 hours, file system {mountpoint} ({device}) of host {host} is full within ${hours} hours.`,
    fr: `Au rythme des 6 dernières heures, le système de fichiers {mountpoint} ({device}) de l'hôte {host} sera plein d'ici ${hours} heures.`,
  },
  dashboard: "host",
  source: "node-mixin's NodeFilesystemSpaceFillingUp",
});

const inodesLow = (severity: Severity, share: number): Alert => ({
  name: "HostInodesLow",
  severity,
  for: 3600,
  expr: `${of("node_filesystem_files_free")} / (${of("node_filesystem_files")} > 0) < ${share}\nand ${writable}`,
  format: "humanizePercentage",
  threshold: `${share * 100} %`,
  summary: {
    en: "{value} of the inodes of {mountpoint} are left on host {host}",
    fr: "Il reste {value} des inodes de {mountpoint} sur l'hôte {host}",
  },
  description: {
    en: "File system {mountpoint} ({device}) of host {host} can hold few more files: {value} of its inodes are left.",
    fr: "Le système de fichiers {mountpoint} ({device}) de l'hôte {host} ne peut presque plus créer de fichiers : il reste {value} de ses inodes.",
  },
  dashboard: "host",
  source: "node-mixin's NodeFilesystemAlmostOutOfFiles",
});

/** Alerts on the hosts themselves. */
export const hostAlerts: AlertGroup = {
  name: "hosts",
  alerts: [
    {
      name: "HostDown",
      severity: "critical",
      for: 120,
      keepFiringFor: 4 * settleSeconds,
      expr: `max by (${hostScope}) (up{job=~"${jobs.node}|${jobs.cadvisor}|${jobs.blackboxExporter}|${jobs.postgresExporter}|${jobs.nginxlog}"}) == 0`,
      format: "count",
      threshold: { en: "at least one exporter answers", fr: "au moins un exportateur répond" },
      summary: { en: "Host {host} doesn't answer", fr: "L'hôte {host} ne répond pas" },
      description: {
        en: "No exporter of host {host} answers. What its tenants do isn't known; their own alerts are held back.",
        fr: "Aucun exportateur de l'hôte {host} ne répond. L'état de ses locataires est inconnu ; leurs alertes sont retenues.",
      },
      dashboard: "host",
      source: "before an alert of a tenant is due",
    },
    {
      name: "HostOutOfMemory",
      severity: "critical",
      for: 0,
      expr: `increase(${of("node_vmstat_oom_kill")}[10m]) > 0`,
      format: "count",
      threshold: { en: "no kill within 10 minutes", fr: "aucun processus tué en 10 minutes" },
      summary: {
        en: "Host {host} killed a process for memory",
        fr: "L'hôte {host} a tué un processus faute de mémoire",
      },
      description: {
        en: "The kernel of host {host} killed a process since memory had run out, of the host or of a container.",
        fr: "Le noyau de l'hôte {host} a tué un processus faute de mémoire, de l'hôte ou d'un conteneur.",
      },
      dashboard: "host",
      source: "any kill loses a request at least",
    },
    {
      name: "HostMemoryHigh",
      severity: "warning",
      for: 900,
      expr: `${recordedMetrics.hostMemoryUse} > 0.9`,
      format: "humanizePercentage",
      threshold: "90 %",
      summary: { en: "Host {host} uses {value} of its memory", fr: "L'hôte {host} utilise {value} de sa mémoire" },
      description: {
        en: "Host {host} uses {value} of its memory.",
        fr: "L'hôte {host} utilise {value} de sa mémoire.",
      },
      dashboard: "host",
      source: "node-mixin's NodeMemoryHighUtilization",
    },
    {
      name: "HostLoadHigh",
      severity: "warning",
      for: 900,
      expr: `${of("node_load1")}
/ on (${hostScope}) group_left ()
count by (${hostScope}) (node_cpu_seconds_total{job="${jobs.node}", mode="idle"})
> 2`,
      format: "humanize",
      threshold: { en: "2 per core", fr: "2 par cœur" },
      summary: {
        en: "Host {host} has a load of {value} per core",
        fr: "L'hôte {host} a une charge de {value} par cœur",
      },
      description: {
        en: "On host {host}, {value} processes for each core run or wait.",
        fr: "Sur l'hôte {host}, {value} processus par cœur tournent ou attendent.",
      },
      dashboard: "host",
      source: "node-mixin's NodeSystemSaturation",
    },
    spaceLow("warning", 0.05),
    spaceLow("critical", 0.03),
    filling("warning", 24, 0.4),
    filling("critical", 4, 0.2),
    inodesLow("warning", 0.05),
    inodesLow("critical", 0.03),
    {
      name: "HostClockSkewed",
      severity: "warning",
      for: 600,
      expr: `abs(${of("node_timex_offset_seconds")}) > 0.05`,
      format: "humanizeDuration",
      threshold: "50 ms",
      summary: {
        en: "The clock of host {host} is {value} off",
        fr: "L'horloge de l'hôte {host} est décalée de {value}",
      },
      description: {
        en: "The clock of host {host} differs by {value} from the time service's.",
        fr: "L'horloge de l'hôte {host} s'écarte de {value} de celle du service de temps.",
      },
      dashboard: "host",
      source: "node-mixin's NodeClockSkewDetected",
    },
  ],
};
