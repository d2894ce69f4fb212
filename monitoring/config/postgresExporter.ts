import { stringify } from "yaml";
import { runningOf, tenantsOn } from "../../fleet/tenantsOn";
import type { Fleet, Host } from "../../fleet/types";
import { authModule, monitoringRole } from "../contract";
import { walWaitingQuery } from "./walWaiting";

/**
 * Renders `postgres_exporter.yml`: a login for each running tenant's database. It holds their passwords, so it is a secret itself.
 *
 * @param passwords of the role `monitoring`, by tenant.
 */
export function renderPostgresExporterConfig(
  fleet: Fleet,
  host: Host,
  passwords: Readonly<Record<string, string>>,
): string {
  const running = runningOf(tenantsOn(fleet, host));
  return stringify({
    auth_modules: Object.fromEntries(
      running.map(({ name }) => [
        authModule(name),
        {
          type: "userpass",
          userpass: { username: monitoringRole, password: passwords[name]! },
          // The way to the database is a network of one host with nobody else on it.
          options: { sslmode: "disable", connect_timeout: "5", application_name: "odoo-fleet-monitoring" },
        },
      ]),
    ),
  });
}

/** Renders `queries.yml`: what the exporter asks of each tenant's database beyond its own questions. */
export function renderPostgresQueries(): string {
  return stringify(
    {
      odoo_cron: {
        // While Odoo installs itself there may be no such table yet; then nothing is overdue. Times are in UTC. A name that isn't there
        // would be an error in a query of its own, so it is only named in a text.
        query: `SELECT oldest_overdue_seconds FROM xmltable('//row' PASSING query_to_xml(
  CASE WHEN to_regclass('public.ir_cron') IS NULL THEN 'SELECT 0 AS oldest_overdue_seconds' ELSE
    'SELECT coalesce(greatest(extract(epoch FROM max(timezone(''UTC'', now()) - nextcall)), 0), 0) AS oldest_overdue_seconds
      FROM ir_cron WHERE active' END, false, false, '')
  COLUMNS oldest_overdue_seconds double precision)`,
        metrics: [
          {
            oldest_overdue_seconds: {
              usage: "GAUGE",
              description: "Seconds that the oldest overdue scheduled action is late; 0 when none is.",
            },
          },
        ],
      },
      odoo_fleet_backup: {
        // The helper that makes backups keeps the table; before the first one there is none, and so no figure.
        query: `SELECT kind, last_success_timestamp_seconds FROM xmltable('//row' PASSING query_to_xml(
  CASE WHEN to_regclass('odoo_fleet.backup') IS NULL THEN 'SELECT 1 AS none WHERE false' ELSE
    'SELECT kind, last_success FROM odoo_fleet.backup' END, false, false, '')
  COLUMNS kind text, last_success_timestamp_seconds double precision PATH 'last_success')`,
        metrics: [
          { kind: { usage: "LABEL", description: "What was backed up: database or files." } },
          { last_success_timestamp_seconds: { usage: "GAUGE", description: "Unix time of the last success." } },
        ],
      },
      odoo_fleet_drill: {
        query: `SELECT copy, last_success_timestamp_seconds, duration_seconds, failed FROM xmltable('//row' PASSING query_to_xml(
  CASE WHEN to_regclass('odoo_fleet.drill') IS NULL THEN 'SELECT 1 AS none WHERE false' ELSE
    'SELECT copy, coalesce(last_success, 0) AS last_success, coalesce(seconds, 0) AS seconds, (fault IS NOT NULL)::int AS failed FROM odoo_fleet.drill' END, false, false, '')
  COLUMNS copy text, last_success_timestamp_seconds double precision PATH 'last_success',
    duration_seconds double precision PATH 'seconds', failed double precision PATH 'failed')`,
        metrics: [
          { copy: { usage: "LABEL", description: "From which copy: local or offsite." } },
          {
            last_success_timestamp_seconds: {
              usage: "GAUGE",
              description: "Unix time of the last proof that the tenant can be restored; 0: there is none.",
            },
          },
          { duration_seconds: { usage: "GAUGE", description: "Seconds that it took; 0: there is none." } },
          { failed: { usage: "GAUGE", description: "1 when the last drill found that it can't be restored." } },
        ],
      },
      odoo_fleet_wal: {
        query: walWaitingQuery,
        metrics: [
          {
            waiting_seconds: {
              usage: "GAUGE",
              description: "Seconds that the oldest write which isn't archived has waited; 0 when all is.",
            },
          },
        ],
      },
    },
    { lineWidth: 0 },
  );
}
