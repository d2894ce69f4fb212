import { declaredMetrics, jobs } from "../contract";
import type { AlertGroup } from "./alert";
import { tenantScope, unlessStopped } from "./promql";

const scope = `${tenantScope}, kind`;
const last = `max by (${scope}) (odoo_fleet_backup_last_success_timestamp_seconds{job="${jobs.postgres}"})`;
const every = declaredMetrics.backupEvery;

/** Alerts on what backs tenants up. */
export const backupAlerts: AlertGroup = {
  name: "backups",
  alerts: [
    {
      name: "BackupOverdue",
      severity: "warning",
      for: 900,
      // What was never backed up has no time; of that the declaration tells.
      expr: unlessStopped(`time() - ${last} > on (${scope}) 1.5 * ${every}
or (${every} unless on (${scope}) ${last})`),
      format: "humanizeDuration",
      threshold: { en: "one and a half times `every`", fr: "une fois et demie `every`" },
      summary: {
        en: "{tenant}: no backup ({kind}) for {value}",
        fr: "{tenant} : pas de sauvegarde ({kind}) depuis {value}",
      },
      description: {
        en: "The last successful backup ({kind}) of tenant {tenant} on host {host} is {value} old, or there is none at all.",
        fr: "La dernière sauvegarde réussie ({kind}) du locataire {tenant} sur l'hôte {host} date de {value}, ou il n'y en a aucune.",
      },
      dashboard: "tenant",
      source: "half a period more than what is declared",
    },
    {
      name: "WalLagging",
      severity: "critical",
      for: 60,
      expr: unlessStopped(`max by (${tenantScope}) (odoo_fleet_wal_waiting_seconds{job="${jobs.postgres}"}) > 180`),
      format: "humanizeDuration",
      threshold: "3 min",
      summary: {
        en: "The database's log of {tenant} has not been archived for {value}",
        fr: "Le journal de la base de {tenant} n'est plus archivé depuis {value}",
      },
      description: {
        en: "A part of the database's log of tenant {tenant} on host {host} has waited for {value} to be archived. What was written since is lost with the disk, and the log fills the database's volume.",
        fr: "Une partie du journal de la base du locataire {tenant} sur l'hôte {host} attend depuis {value} d'être archivée. Ce qui a été écrit depuis serait perdu avec le disque, et le journal remplit le volume de la base.",
      },
      dashboard: "tenant",
      source: "three times the minute that a customer may lose",
    },
  ],
};
