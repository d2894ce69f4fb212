import { containerHealthy, declaredMetrics, jobs, recordedMetrics, settleSeconds } from "../contract";
import type { AlertGroup } from "./alert";
import { hostScope, tenantScope, unlessStopped } from "./promql";

const of = (metric: string): string => `${metric}{job="${jobs.postgres}"}`;

/** Alerts on tenants' databases. */
export const databaseAlerts: AlertGroup = {
  name: "databases",
  alerts: [
    {
      name: "PostgresDown",
      severity: "critical",
      for: 60,
      keepFiringFor: 3 * settleSeconds,
      // A database that hangs lets the exporter's answer time out. Without the exporter nothing is known of it.
      expr: unlessStopped(`(${of("pg_up")} == 0 or ${of("up")} == 0)
and on (${hostScope}) up{job="${jobs.postgresExporter}"} == 1
or ${containerHealthy}{service="postgres"} == 0`),
      format: "count",
      threshold: { en: "the database answers", fr: "la base répond" },
      summary: { en: "Database of {tenant} is down", fr: "La base de données de {tenant} est en panne" },
      description: {
        en: "PostgreSQL of tenant {tenant} on host {host} doesn't answer.",
        fr: "Le PostgreSQL du locataire {tenant} sur l'hôte {host} ne répond pas.",
      },
      dashboard: "tenant",
      source: "postgres_exporter's mixin",
    },
    {
      name: "PostgresConnectionsHigh",
      severity: "warning",
      for: 600,
      expr: unlessStopped(`${recordedMetrics.connectionUse} > 0.8`),
      format: "humanizePercentage",
      threshold: "80 %",
      summary: {
        en: "Database of {tenant} uses {value} of its connections",
        fr: "La base de {tenant} utilise {value} de ses connexions",
      },
      description: {
        en: "Tenant {tenant} on host {host} uses {value} of the connections that its database gives out. Beyond that Odoo's requests fail.",
        fr: "Le locataire {tenant} sur l'hôte {host} utilise {value} des connexions de sa base. Au-delà, les requêtes d'Odoo échouent.",
      },
      dashboard: "tenant",
      source: "postgres_exporter's mixin",
    },
    {
      name: "PostgresTransactionLong",
      severity: "warning",
      for: 300,
      expr: unlessStopped(
        `max by (${tenantScope}) (pg_stat_activity_max_tx_duration{job="${jobs.postgres}", backend_type="client backend"}) > on (${tenantScope}) 1.5 * ${declaredMetrics.requestSeconds}`,
      ),
      format: "humanizeDuration",
      threshold: { en: "one and a half times `requestSeconds`", fr: "une fois et demie `requestSeconds`" },
      summary: {
        en: "A transaction of {tenant} has been open for {value}",
        fr: "Une transaction de {tenant} est ouverte depuis {value}",
      },
      description: {
        en: "A transaction in the database of tenant {tenant} has been open for {value}. It may hold locks, and nothing can be cleaned up behind it.",
        fr: "Une transaction de la base du locataire {tenant} est ouverte depuis {value}. Elle peut tenir des verrous et empêche le nettoyage.",
      },
      dashboard: "tenant",
      source: "longer than Odoo lets a request take (limit_time_real)",
    },
    {
      name: "PostgresDeadlocks",
      severity: "warning",
      for: 300,
      expr: unlessStopped(`sum by (${tenantScope}) (rate(${of("pg_stat_database_deadlocks")}[5m])) * 60 > 5`),
      format: "humanize",
      threshold: { en: "5 a minute", fr: "5 par minute" },
      summary: { en: "{tenant} has {value} deadlocks a minute", fr: "{tenant} a {value} interblocages par minute" },
      description: {
        en: "Transactions of tenant {tenant} block each other {value} times a minute; PostgreSQL ends one of each pair.",
        fr: "Des transactions du locataire {tenant} se bloquent {value} fois par minute ; PostgreSQL en annule une à chaque fois.",
      },
      dashboard: "tenant",
      source: "Odoo repeats what a deadlock ends up to five times",
    },
  ],
};
