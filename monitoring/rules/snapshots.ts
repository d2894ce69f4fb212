import { snapshotProofSeconds } from "../../fleet/snapshots";
import { declaredMetrics, jobs } from "../contract";
import type { AlertGroup } from "./alert";
import { hostScope } from "./promql";

const every = declaredMetrics.snapshotsEvery;
const figure = (name: string): string => `max by (${hostScope}) (odoo_fleet_snapshots_${name}{job="${jobs.node}"})`;
const last = figure("last_success_timestamp_seconds");
const proven = figure("proof_timestamp_seconds");
const failed = figure("proof_failed");
const day = 86_400;

/** Alerts on what backs up what the services of a host keep. */
export const snapshotAlerts: AlertGroup = {
  name: "snapshots",
  alerts: [
    {
      name: "SnapshotsOverdue",
      severity: "warning",
      for: 900,
      // Of what there never was the declaration tells. After a clock that was ahead, a time is in the future.
      expr: `abs(time() - ${last}) > on (${hostScope}) 2 * ${every}
or (${every} unless on (${hostScope}) ${last})`,
      format: "humanizeDuration",
      threshold: { en: "two hours", fr: "deux heures" },
      summary: {
        en: "What the services of {host} keep hasn't been backed up for {value}",
        fr: "Ce que gardent les services de {host} n'est plus sauvegardé depuis {value}",
      },
      description: {
        en: "The last snapshot of the certificates, silences and dashboards of host {host} is {value} old, is as far in the future after a clock that was ahead, or there is none at all.",
        fr: "Le dernier instantané des certificats, silences et tableaux de bord de l'hôte {host} date de {value}, est d'autant dans le futur après une horloge en avance, ou il n'y en a aucun.",
      },
      dashboard: "host",
      source: "twice the hour between two snapshots",
    },
    {
      name: "SnapshotsUnproven",
      severity: "warning",
      for: 900,
      expr: `(${every} and on (${hostScope}) ${failed} == 1)
or (${every} offset 6h unless on (${hostScope}) (abs(time() - ${proven}) <= ${snapshotProofSeconds + day}))`,
      format: "humanizeDuration",
      threshold: { en: "a week and a day", fr: "une semaine et un jour" },
      summary: {
        en: "What the services of {host} keep can't be restored, or nothing proves that it can",
        fr: "Ce que gardent les services de {host} ne peut être restauré, ou rien ne prouve que ce soit possible",
      },
      description: {
        en: "The newest snapshot of the certificates, silences and dashboards of host {host} couldn't be restored and proven, or none was for more than a week.",
        fr: "Le dernier instantané des certificats, silences et tableaux de bord de l'hôte {host} n'a pu être restauré et vérifié, ou aucun ne l'a été depuis plus d'une semaine.",
      },
      dashboard: "host",
      source: "a day later than the week between two proofs, for hosts that were busy or away",
    },
  ],
};
