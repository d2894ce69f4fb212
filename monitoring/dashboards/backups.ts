import { declaredMetrics as declared, ofDatabase } from "../contract";
import type { Section } from "./dashboard";
import { chart, figure } from "./panels";
import { mustStayBelow, rising, units } from "./style";

const of = (metric: string, condition: string): string => `${metric}{${condition}, ${ofDatabase}}`;

/** How old the last success of something is, as a share of what is declared: 1 is due. */
export const backupAge = {
  /** Of backups, the older of database and files. @param condition that selects tenants. */
  backup: (condition: string, by: string): string =>
    `max by (${by}) ((time() - ${of("odoo_fleet_backup_last_success_timestamp_seconds", condition)}) / on (host, tenant, kind) group_left () ${declared.backupEvery}{${condition}})`,
  /** Of the last drill that succeeded, whichever copy it was of; none did: nothing. */
  drill: (condition: string, by: string): string =>
    `max by (${by}) ((time() - max by (host, tenant) (${of("odoo_fleet_drill_last_success_timestamp_seconds", condition)} > 0)) / on (host, tenant) ${declared.drillEvery}{${condition}})`,
  /** Of the last one from the copies off the host; none did: nothing. It is due at 4. */
  offsiteDrill: (condition: string, by: string): string =>
    `max by (${by}) ((time() - max by (host, tenant) (${of("odoo_fleet_drill_last_success_timestamp_seconds", `${condition}, copy="offsite"`)} > 0)) / on (host, tenant) ${declared.drillEvery}{${condition}})`,
};

/** What was backed up of a tenant, and what was proven of it. @param tenant the condition that selects it. */
export function backups(tenant: string): Section {
  const scale = rising(1.2, 1.5);
  return {
    title: "Backups",
    panels: [
      figure({
        title: "Last backup, of its period",
        description:
          "Age of the older of the last backups (database, files) as a share of `every`. An alert is raised above 150 %.",
        width: 4,
        unit: units.ratio,
        scale,
        queries: [{ expr: backupAge.backup(tenant, "tenant"), legend: "age" }],
      }),
      figure({
        title: "Last proof, of its period",
        description:
          "Age of the last drill that succeeded as a share of `drillEvery`, and of the last one from the copies off the host, which is due at 400 %. Empty: none yet, as in the first two hours.",
        width: 4,
        unit: units.ratio,
        scale: rising(1.1, 1.2),
        queries: [
          { expr: backupAge.drill(tenant, "tenant"), legend: "age" },
          { expr: backupAge.offsiteDrill(tenant, "tenant"), legend: "off-site" },
        ],
      }),
      figure({
        title: "Last drill failed",
        description: "1: the last drill failed. The log of the container -backup names what was wrong.",
        width: 4,
        unit: units.count,
        scale: mustStayBelow(1),
        queries: [{ expr: `max(${of("odoo_fleet_drill_failed", tenant)})`, legend: "failed" }],
      }),
      chart({
        title: "Log that waits to be archived",
        description:
          "How long the oldest write that isn't archived has waited: it is in one place only, with what was written since. An alert is raised above 3 minutes.",
        width: 12,
        unit: units.seconds,
        scale: rising(60, 180),
        queries: [{ expr: `max(${of("odoo_fleet_wal_waiting_seconds", tenant)})`, legend: "waits" }],
      }),
    ],
  };
}
