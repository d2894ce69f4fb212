import { backupServices, shipperService, snapshotsService } from "../../fleet/security";
import { containerHealthy, declaredMetrics, jobs, oomMetric, settleSeconds } from "../contract";
import type { AlertGroup } from "./alert";
import { containerScope, hostScope, largest, tenantScope, unlessStopped } from "./promql";

const seen = `container_last_seen{job="${jobs.cadvisor}", name!=""}`;
const ofAnyStack = `container_last_seen{job="${jobs.cadvisor}", stack!=""}`;
const ofThisStack = `container_last_seen{job="${jobs.cadvisor}", service="cadvisor", stack!=""}`;
const of = (metric: string, more = ""): string => `${metric}{job="${jobs.cadvisor}", name!=""${more}}`;

/** What makes and copies backups is held back on purpose: a drill takes as long as half a CPU needs for it, and nobody waits. */
const servesSomebody = `, service!~"${[...backupServices, shipperService, snapshotsService].join("|")}"`;

/** Alerts on containers, of tenants and shared ones. */
export const containerAlerts: AlertGroup = {
  name: "containers",
  alerts: [
    {
      name: "ContainerMissing",
      severity: "critical",
      for: 180,
      keepFiringFor: settleSeconds,
      // Only where cAdvisor sees at least itself: a cAdvisor that is down or blind has alerts of its own.
      expr: unlessStopped(`${declaredMetrics.containerDeclared}
unless on (${containerScope}) ${seen}
and on (${hostScope}) ${seen}`),
      format: "count",
      threshold: { en: "every declared container runs", fr: "tous les conteneurs déclarés tournent" },
      summary: { en: "Container {name} isn't running", fr: "Le conteneur {name} ne tourne pas" },
      description: {
        en: "Container {name} ({service}) is declared on host {host}, but doesn't run there.",
        fr: "Le conteneur {name} ({service}) est déclaré sur l'hôte {host}, mais n'y tourne pas.",
      },
      dashboard: "containers",
      source: "the declaration",
    },
    {
      name: "ContainerUndeclared",
      severity: "warning",
      for: 900,
      // What carries the id of another stack is declared there. cAdvisor is of this one, and sees itself.
      expr: `${seen}
unless on (${containerScope}) ${declaredMetrics.containerDeclared}
unless on (${containerScope}) ${declaredMetrics.containerWakeable}
unless on (${containerScope}) (${ofAnyStack} unless on (${hostScope}, stack) ${ofThisStack})`,
      format: "count",
      threshold: { en: "every running container is declared", fr: "tous les conteneurs qui tournent sont déclarés" },
      summary: { en: "Container {name} runs but isn't declared", fr: "Le conteneur {name} tourne sans être déclaré" },
      description: {
        en: "Container {name} on host {host} has this environment's labels, but the declaration doesn't have it.",
        fr: "Le conteneur {name} sur l'hôte {host} porte les étiquettes de cet environnement, mais n'est pas déclaré.",
      },
      dashboard: "containers",
      source: "the declaration",
    },
    {
      name: "ContainerRestarting",
      severity: "warning",
      for: 0,
      // cAdvisor before 0.57 tells when the container was made, which a restart doesn't change; the CPU time begins anew.
      expr: unlessStopped(
        `${largest(
          `${tenantScope}, service, name`,
          `changes(${of("container_start_time_seconds")}[15m])`,
          `resets(${of("container_cpu_usage_seconds_total")}[15m])`,
        )} > 2`,
      ),
      format: "count",
      threshold: { en: "2 restarts in 15 minutes", fr: "2 redémarrages en 15 minutes" },
      summary: { en: "Container {name} restarts again and again", fr: "Le conteneur {name} redémarre sans cesse" },
      description: {
        en: "Container {name} on host {host} started {value} times within 15 minutes.",
        fr: "Le conteneur {name} sur l'hôte {host} a démarré {value} fois en 15 minutes.",
      },
      dashboard: "containers",
      source: "more than an update causes",
    },
    {
      name: "ContainerUnhealthy",
      severity: "critical",
      for: 300,
      // cAdvisor tells from 0.56 on; Nginx's health page, which its healthcheck asks, is asked from outside as well.
      expr: unlessStopped(`${of("container_health_state")} == 0
or on (environment, host, tenant, service)
probe_success{job="${jobs.blackbox}", service="nginx"} == 0
or on (environment, host, tenant, service)
${containerHealthy} == 0`),
      format: "count",
      threshold: { en: "healthy", fr: "sain" },
      summary: { en: "{service} is unhealthy on host {host}", fr: "{service} est défaillant sur l'hôte {host}" },
      description: {
        en: "The healthcheck of {service} {name} on host {host} has been failing.",
        fr: "Le contrôle de santé de {service} {name} sur l'hôte {host} échoue.",
      },
      dashboard: "containers",
      source: "the containers' healthchecks",
    },
    {
      name: "ContainerOutOfMemory",
      severity: "critical",
      for: 0,
      keepFiringFor: settleSeconds,
      expr: unlessStopped(
        `${declaredMetrics.containerDeclared}\nand on (${containerScope}) (time() - ${oomMetric}{job="${jobs.node}"} < 600)`,
      ),
      format: "count",
      threshold: { en: "no kill within 10 minutes", fr: "aucun processus tué en 10 minutes" },
      summary: { en: "Container {name} ran out of memory", fr: "Le conteneur {name} a manqué de mémoire" },
      description: {
        en: "The kernel killed a process of container {name} on host {host}, since it had reached its memory limit.",
        fr: "Le noyau a tué un processus du conteneur {name} sur l'hôte {host}, qui avait atteint sa limite de mémoire.",
      },
      dashboard: "containers",
      source: "any kill loses a request at least",
    },
    {
      name: "ContainerMemoryHigh",
      severity: "warning",
      for: 300,
      expr: unlessStopped(
        `${of("container_memory_working_set_bytes")} / (${of("container_spec_memory_limit_bytes")} > 0) > 0.9`,
      ),
      format: "humanizePercentage",
      threshold: "90 %",
      summary: {
        en: "Container {name} uses {value} of its memory",
        fr: "Le conteneur {name} utilise {value} de sa mémoire",
      },
      description: {
        en: "Container {name} on host {host} uses {value} of its memory limit; at 100 % the kernel kills it.",
        fr: "Le conteneur {name} sur l'hôte {host} utilise {value} de sa limite de mémoire ; à 100 % le noyau le tue.",
      },
      dashboard: "containers",
      source: "a tenth is what one large request takes",
    },
    {
      name: "ContainerThrottled",
      severity: "warning",
      for: 300,
      expr: unlessStopped(
        `rate(${of("container_cpu_cfs_throttled_periods_total", servesSomebody)}[5m]) / rate(${of("container_cpu_cfs_periods_total", servesSomebody)}[5m]) > 0.25`,
      ),
      format: "humanizePercentage",
      threshold: "25 %",
      summary: { en: "Container {name} lacks CPU", fr: "Le conteneur {name} manque de CPU" },
      description: {
        en: "Container {name} on host {host} was held back in {value} of its scheduling periods: its plan's CPUs don't suffice.",
        fr: "Le conteneur {name} sur l'hôte {host} a été freiné dans {value} de ses périodes : les CPU de son offre ne suffisent pas.",
      },
      dashboard: "containers",
      source: "kubernetes-mixin's CPUThrottlingHigh",
    },
  ],
};
