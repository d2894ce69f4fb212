import { jobs, scheduleUntil, tenantsSeen } from "../contract";
import type { AlertGroup } from "./alert";
import { hostScope } from "./promql";

/** Alerts on monitoring itself. */
export const selfAlerts: AlertGroup = {
  name: "monitoring",
  alerts: [
    {
      name: "TargetDown",
      severity: "critical",
      for: 300,
      // What is asked through an exporter (a tenant's database, a page) has alerts of its own.
      expr: `up{job!~"${jobs.blackbox}|${jobs.postgres}"} == 0`,
      format: "count",
      threshold: { en: "every target answers", fr: "toutes les cibles répondent" },
      summary: {
        en: "{service} on host {host} can't be scraped",
        fr: "{service} sur l'hôte {host} ne peut être interrogé",
      },
      description: {
        en: "Prometheus gets no figures of {service} on host {host} (job {job}). What it measures isn't known.",
        fr: "Prometheus n'obtient plus de mesures de {service} sur l'hôte {host} (job {job}). Ce qu'il mesure est inconnu.",
      },
      dashboard: "monitoring",
      source: "twenty scrapes in a row",
    },
    {
      name: "CadvisorBlind",
      severity: "critical",
      for: 300,
      expr: `up{job="${jobs.cadvisor}"} == 1\nunless on (${hostScope}) container_last_seen{job="${jobs.cadvisor}", name!=""}`,
      format: "count",
      threshold: { en: "cAdvisor sees itself at least", fr: "cAdvisor se voit au moins lui-même" },
      summary: {
        en: "cAdvisor on host {host} sees no container",
        fr: "cAdvisor sur l'hôte {host} ne voit aucun conteneur",
      },
      description: {
        en: "cAdvisor on host {host} answers, but names no container: no alert on containers can fire.",
        fr: "cAdvisor sur l'hôte {host} répond, mais ne nomme aucun conteneur : aucune alerte de conteneur ne peut se déclencher.",
      },
      dashboard: "monitoring",
      source: "an engine that was reinstalled or a mount that is gone",
    },
    {
      name: "TenantsUnseen",
      severity: "critical",
      for: 120,
      expr: `up{job="${jobs.node}"} == 1\nunless on (${hostScope}) (time() - ${tenantsSeen}{job="${jobs.node}"} < 300)`,
      format: "count",
      threshold: { en: "asked within 5 min", fr: "interrogé depuis moins de 5 min" },
      summary: {
        en: "Tenants in stacks of their own on host {host} aren't watched",
        fr: "Les locataires de l'hôte {host} qui ont leur propre pile ne sont pas surveillés",
      },
      description: {
        en: "The exporter of host {host} doesn't learn from the engine which tenants in stacks of their own there are: no alert on them can fire.",
        fr: "L'exportateur de l'hôte {host} n'apprend plus du moteur quels locataires ont leur propre pile : aucune alerte à leur sujet ne peut se déclencher.",
      },
      dashboard: "monitoring",
      source: "twenty looks in a row",
    },
    {
      name: "ScheduleEnding",
      severity: "critical",
      for: 900,
      expr: `clamp_min(min by (${hostScope}) (${scheduleUntil}{job="${jobs.node}"} - time()), 0) < 7 * 86400`,
      format: "humanizeDuration",
      threshold: { en: "7 days are known ahead", fr: "7 jours sont connus d'avance" },
      summary: {
        en: "Host {host} knows the times of its tenants for {value} only",
        fr: "L'hôte {host} ne connaît plus les horaires de ses locataires que pour {value}",
      },
      description: {
        en: "Nobody has told host {host} for four weeks when its tenants stop and start. In {value} the first of them stays what it is then.",
        fr: "Depuis quatre semaines, personne ne dit plus à l'hôte {host} quand ses locataires s'arrêtent et démarrent. Dans {value}, le premier d'entre eux restera tel qu'il est alors.",
      },
      dashboard: "monitoring",
      source: "four weeks without the worker, which tells it daily for 35 days",
    },
    {
      name: "RuleEvaluationFailing",
      severity: "critical",
      for: 900,
      expr: `sum by (${hostScope}, rule_group) (rate(prometheus_rule_evaluation_failures_total{job="${jobs.prometheus}"}[5m])) > 0`,
      format: "humanize",
      threshold: { en: "no failure", fr: "aucun échec" },
      summary: {
        en: "Rules on host {host} can't be evaluated",
        fr: "Des règles sur l'hôte {host} ne peuvent être évaluées",
      },
      description: {
        en: "Prometheus on host {host} can't evaluate rules of group {rule_group}: its alerts are dead.",
        fr: "Prometheus sur l'hôte {host} ne peut évaluer des règles du groupe {rule_group} : ses alertes sont mortes.",
      },
      dashboard: "monitoring",
      source: "prometheus-mixin's PrometheusRuleFailures",
    },
    {
      name: "NotificationsFailing",
      severity: "warning",
      for: 300,
      expr: `sum by (${hostScope}, integration) (rate(alertmanager_notifications_failed_total{job="${jobs.alertmanager}"}[5m]))
/
sum by (${hostScope}, integration) (rate(alertmanager_notifications_total{job="${jobs.alertmanager}"}[5m]))
> 0.01`,
      format: "humanizePercentage",
      threshold: "1 %",
      summary: {
        en: "{value} of notifications by {integration} fail",
        fr: "{value} des notifications par {integration} échouent",
      },
      description: {
        en: "Alertmanager on host {host} can't deliver {value} of its notifications by {integration}. It goes on trying; the outside heartbeat stops meanwhile.",
        fr: "Alertmanager sur l'hôte {host} ne peut remettre {value} de ses notifications par {integration}. Il continue d'essayer ; le signal de vie externe s'arrête entre-temps.",
      },
      dashboard: "monitoring",
      source: "alertmanager-mixin's AlertmanagerFailedToSendAlerts",
    },
    {
      name: "Watchdog",
      severity: "none",
      for: 0,
      // Not `vector(1)`: a Prometheus that can't store what it scrapes, or whose mails don't arrive, is to fall silent too.
      expr: `max by (${hostScope}) (up{job="${jobs.prometheus}"}) == 1
unless on () ALERTS{alertname="NotificationsFailing", alertstate="firing"}`,
      format: "count",
      threshold: { en: "always firing", fr: "toujours active" },
      summary: { en: "Alerting on host {host} works", fr: "Les alertes de l'hôte {host} fonctionnent" },
      description: {
        en: "Always firing. The outside service that hears of it raises the alarm when it doesn't.",
        fr: "Toujours active. Le service externe qui la reçoit donne l'alarme quand elle se tait.",
      },
      dashboard: "monitoring",
      source: "kube-prometheus's Watchdog",
    },
  ],
};
