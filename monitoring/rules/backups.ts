import { declaredMetrics, jobs, ofDatabase } from "../contract";
import type { AlertGroup } from "./alert";
import { hostScope, tenantScope, unlessStopped } from "./promql";

const scope = `${tenantScope}, kind`;
const last = `max by (${scope}) (odoo_fleet_backup_last_success_timestamp_seconds{${ofDatabase}})`;
const every = declaredMetrics.backupEvery;
const copied = `max by (${tenantScope}) (odoo_fleet_offsite_last_success_timestamp_seconds{job="${jobs.node}"})`;
const within = declaredMetrics.offsiteWithin;

const drillEvery = declaredMetrics.drillEvery;
const proven = `max by (${tenantScope}) (odoo_fleet_drill_last_success_timestamp_seconds{${ofDatabase}})`;
const provenOffsite = `max by (${tenantScope}) (odoo_fleet_drill_last_success_timestamp_seconds{${ofDatabase}, copy="offsite"} > 0)`;
const failed = `max by (${tenantScope}) (odoo_fleet_drill_failed{${ofDatabase}})`;

/** Alerts on what backs tenants up. */
export const backupAlerts: AlertGroup = {
  name: "backups",
  alerts: [
    {
      name: "BackupOverdue",
      severity: "warning",
      for: 900,
      // What was never backed up has no time; of that the declaration tells. After a clock that was ahead, a time is in the future.
      expr: unlessStopped(`abs(time() - ${last}) > on (${scope}) 1.5 * ${every}
or (${every} unless on (${scope}) ${last})`),
      format: "humanizeDuration",
      threshold: { en: "one and a half times `every`", fr: "une fois et demie `every`" },
      summary: {
        en: "{tenant}: no backup ({kind}) for {value}",
        fr: "{tenant} : pas de sauvegarde ({kind}) depuis {value}",
      },
      description: {
        en: "The last successful backup ({kind}) of tenant {tenant} on host {host} is {value} old, is as far in the future after a clock that was ahead, or there is none at all.",
        fr: "La dernière sauvegarde réussie ({kind}) du locataire {tenant} sur l'hôte {host} date de {value}, est d'autant dans le futur après une horloge en avance, ou il n'y en a aucune.",
      },
      dashboard: "tenant",
      source: "half a period more than what is declared",
    },
    {
      name: "RestoreUnproven",
      severity: "warning",
      for: 900,
      // One without any proof has none that is fresh: the declaration tells of it, some hours after a tenant is new.
      expr: unlessStopped(`(${drillEvery} and on (${tenantScope}) ${failed} == 1)
or (${drillEvery} offset 6h unless on (${tenantScope}) (abs(time() - ${proven}) <= on (${tenantScope}) ${drillEvery} + 86400))
or (${drillEvery} and on (${tenantScope}) ${within} and on (${tenantScope}) (time() - ${provenOffsite} > on (${tenantScope}) 5 * ${drillEvery}))`),
      format: "humanizeDuration",
      threshold: {
        en: "`drillEvery` and a day; five times `drillEvery` from the copies off the host",
        fr: "`drillEvery` et un jour ; cinq fois `drillEvery` depuis les copies hors de l'hôte",
      },
      summary: {
        en: "Nothing proves that {tenant} can be restored",
        fr: "Rien ne prouve que {tenant} peut être restauré",
      },
      description: {
        en: "The last drill of tenant {tenant} on host {host} failed, or none succeeded within the {value} that are declared and a day on top, or none from its copies off the host within five times that: its backups may be of no use. The log of its container -backup names what was wrong.",
        fr: "Le dernier exercice de restauration du locataire {tenant} sur l'hôte {host} a échoué, ou aucun n'a réussi dans les {value} déclarés, plus un jour, ou aucun depuis ses copies hors de l'hôte en cinq fois cette durée : ses sauvegardes sont peut-être inutilisables. Le journal de son conteneur -backup dit ce qui n'allait pas.",
      },
      dashboard: "tenant",
      source:
        "a day later than what is declared, for hosts that were busy or away; each fourth is from the copies, and one may be late",
    },
    {
      name: "WalLagging",
      severity: "critical",
      for: 60,
      expr: unlessStopped(`max by (${tenantScope}) (odoo_fleet_wal_waiting_seconds{${ofDatabase}}) > 180`),
      format: "humanizeDuration",
      threshold: "3 min",
      summary: {
        en: "What {tenant} wrote has not been archived for {value}",
        fr: "Ce que {tenant} a écrit n'est pas archivé depuis {value}",
      },
      description: {
        en: "What was written to the database of tenant {tenant} on host {host} has waited for {value} to be archived. It is lost with the disk, with all that was written since, and the log fills the database's volume.",
        fr: "Ce qui a été écrit dans la base du locataire {tenant} sur l'hôte {host} attend depuis {value} d'être archivé. Cela serait perdu avec le disque, avec tout ce qui a été écrit depuis, et le journal remplit le volume de la base.",
      },
      dashboard: "tenant",
      source: "three times the minute that a customer may lose",
    },
    {
      name: "ShipperFailing",
      severity: "warning",
      for: 600,
      // Of what was never copied as a whole there is no time; of that the declaration tells.
      expr: unlessStopped(`time() - ${copied} > on (${tenantScope}) 5 * ${within}
or (${within} unless on (${tenantScope}) ${copied})`),
      format: "humanizeDuration",
      threshold: "5 min",
      summary: {
        en: "{tenant}: nothing was copied off the host for {value}",
        fr: "{tenant} : rien n'a été copié hors de l'hôte depuis {value}",
      },
      description: {
        en: "What tenant {tenant} on host {host} wrote in the last {value} is on no other machine than the host, or it was never copied as a whole.",
        fr: "Ce que le locataire {tenant} de l'hôte {host} a écrit depuis {value} n'est sur aucune autre machine, ou n'a jamais été copié en entier.",
      },
      dashboard: "tenant",
      source: "five times the minute within which everything is copied",
    },
    {
      name: "RepositoryFull",
      severity: "warning",
      for: 900,
      expr: `min by (${hostScope}, place) (odoo_fleet_repository_free_ratio{job="${jobs.node}"}) < 0.1`,
      format: "humanizePercentage",
      threshold: "10 %",
      summary: {
        en: "{value} is left for the backups of host {host} ({place})",
        fr: "Il reste {value} de place pour les sauvegardes de l'hôte {host} ({place})",
      },
      description: {
        en: "The disk with the backups of host {host}, on the {place}, has {value} of its space left. Once it is full nothing is backed up, and the databases keep their logs.",
        fr: "Le disque des sauvegardes de l'hôte {host} ({place}) n'a plus que {value} de son espace. Une fois plein, plus rien n'est sauvegardé et les bases gardent leurs journaux.",
      },
      dashboard: "host",
      source: "node-mixin's NodeFilesystemAlmostOutOfSpace, sooner",
    },
  ],
};
