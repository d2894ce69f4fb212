import type { MailLanguage } from "../../fleet/monitoringTypes";

/** The words of a mail that aren't an alert's own. */
export interface MailWords {
  readonly critical: string;
  readonly warning: string;
  readonly resolved: string;
  readonly firingNow: string;
  readonly resolvedNow: string;
  readonly more: string;
  readonly tenant: string;
  readonly host: string;
  readonly service: string;
  readonly value: string;
  readonly lastValue: string;
  readonly threshold: string;
  readonly since: string;
  readonly until: string;
  readonly runbook: string;
  readonly dashboard: string;
  readonly query: string;
  readonly footer: string;
}

/** By language. */
export const mailWords: Readonly<Record<MailLanguage, MailWords>> = {
  en: {
    critical: "CRITICAL",
    warning: "WARNING",
    resolved: "RESOLVED",
    firingNow: "Firing",
    resolvedNow: "Resolved",
    more: "more",
    tenant: "Tenant",
    host: "Host",
    service: "Service",
    value: "Value",
    lastValue: "Last value",
    threshold: "Threshold",
    since: "Since",
    until: "Until",
    runbook: "What to do",
    dashboard: "Dashboard",
    query: "Query",
    footer: "Sent by odoo-fleet, environment",
  },
  fr: {
    critical: "CRITIQUE",
    warning: "AVERTISSEMENT",
    resolved: "RÉSOLU",
    firingNow: "En cours",
    resolvedNow: "Résolu",
    more: "de plus",
    tenant: "Locataire",
    host: "Hôte",
    service: "Service",
    value: "Valeur",
    lastValue: "Dernière valeur",
    threshold: "Seuil",
    since: "Depuis",
    until: "Jusqu'à",
    runbook: "Que faire",
    dashboard: "Tableau de bord",
    query: "Requête",
    footer: "Envoyé par odoo-fleet, environnement",
  },
};
