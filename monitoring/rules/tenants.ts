import { containerHealthy, declaredMetrics, jobs, ofDatabase, recordedMetrics, settleSeconds } from "../contract";
import { duration } from "../duration";
import type { Alert, AlertGroup } from "./alert";
import { type Burn, burns, objective, objectiveInterval } from "./objective";
import { tenantScope, unlessStopped } from "./promql";

/** Seconds before a tenant's end at which it is told of. */
const endingWithin = { warning: 7 * 86_400, critical: 86_400 } as const;

/** Alerts on what a tenant's users see. */
export const tenantAlerts: AlertGroup = {
  name: "tenants",
  alerts: [
    {
      name: "OdooDown",
      severity: "critical",
      for: 60,
      keepFiringFor: 2 * settleSeconds,
      expr: unlessStopped(`probe_success{job="${jobs.blackbox}", service="odoo"} == 0
or ${containerHealthy}{service="odoo"} == 0`),
      format: "count",
      threshold: { en: "its database serves a page", fr: "sa base sert une page" },
      summary: { en: "Odoo of {tenant} is down", fr: "L'Odoo de {tenant} est en panne" },
      description: {
        en: "Odoo of tenant {tenant} on host {host} can't serve its own database, asked through Nginx.",
        fr: "Odoo du locataire {tenant} sur l'hôte {host} ne peut pas servir sa propre base, à travers Nginx.",
      },
      dashboard: "tenant",
      source: "four probes in a row",
    },
    {
      name: "OdooCronOverdue",
      severity: "warning",
      for: 600,
      expr: unlessStopped(`odoo_cron_oldest_overdue_seconds{${ofDatabase}} > 1800`),
      format: "humanizeDuration",
      threshold: "30 min",
      summary: {
        en: "A scheduled action of {tenant} is {value} late",
        fr: "Une action planifiée de {tenant} a {value} de retard",
      },
      description: {
        en: "The oldest overdue scheduled action of tenant {tenant} on host {host} should have run {value} ago.",
        fr: "La plus ancienne action planifiée en retard du locataire {tenant} sur l'hôte {host} aurait dû s'exécuter il y a {value}.",
      },
      dashboard: "tenant",
      source: "longer than one action is let run (limit_time_real, 600 s)",
    },
    ending("warning", { en: "a week", fr: "une semaine" }),
    ending("critical", { en: "a day", fr: "un jour" }),
  ],
};

/** A tenant whose time or trial is about to be over, of whom nobody else is told. */
function ending(severity: keyof typeof endingWithin, threshold: Alert["threshold"]): Alert {
  const left = `${declaredMetrics.tenantEnds} - time()`;
  return {
    name: "TenantEnding",
    severity,
    for: 0,
    expr: unlessStopped(`${left} < ${endingWithin[severity]} and ${left} > 0`),
    format: "humanizeDuration",
    threshold,
    summary: { en: "{tenant} is stopped in {value}", fr: "{tenant} s'arrête dans {value}" },
    description: {
      en: "The time of tenant {tenant} on host {host}, or its trial, is over in {value}. From then on it is suspended, and keeps its data.",
      fr: "Le temps du locataire {tenant} sur l'hôte {host}, ou son essai, se termine dans {value}. Il est alors suspendu et garde ses données.",
    },
    dashboard: "tenant",
    source: "customers of the portal are warned a week and a day before",
  };
}

/** Alerts on error budgets. Slower than the others: they look back for hours. */
export const objectiveAlerts: AlertGroup = {
  name: "objectives",
  interval: objectiveInterval,
  alerts: burns.map(budgetBurning),
};

function budgetBurning({ factor, long, short, severity, spent }: Burn): Alert {
  const limit = Number((factor * (1 - objective)).toFixed(6));
  const over = (window: number): string => `avg_over_time(${recordedMetrics.errorRatio}[${duration(window)}])`;
  // An outage has been told of by its own alert; for as long as it is in the short window, it isn't told again.
  const told = `max_over_time(ALERTS{alertname=~"OdooDown|PostgresDown", alertstate="firing"}[${duration(short)}])`;
  // A tenant that is minutes old has no hour to be judged by: its first start would look like a burning budget.
  const known = 0.5;
  return {
    name: "ErrorBudgetBurning",
    severity,
    for: 0,
    labels: { window: duration(long) },
    expr: unlessStopped(`${over(long)} > ${limit}
and
${over(short)} > ${limit}
and
count_over_time(${recordedMetrics.errorRatio}[${duration(long)}]) > ${(long / objectiveInterval) * known}
unless on (${tenantScope}) ${told}`),
    format: "humanizePercentage",
    threshold: `${factor} x (1 - ${objective})`,
    summary: {
      en: `{tenant}: {value} of requests fail`,
      fr: `{tenant} : {value} des requêtes échouent`,
    },
    description: {
      en: `Over ${duration(long)}, {value} of the requests or probes of tenant {tenant} on host {host} failed: ${factor} times what its objective of ${objective * 100} % allows. About ${spent} of a month's error budget is gone.`,
      fr: `Sur ${duration(long)}, {value} des requêtes ou des sondes du locataire {tenant} sur l'hôte {host} ont échoué : ${factor} fois ce que permet son objectif de ${String(objective * 100).replace(".", ",")} %. Environ ${spent} du budget d'erreur d'un mois est consommé.`,
    },
    dashboard: "tenant",
    source: "SRE workbook, multi-window burn rates",
  };
}
