import { stringify } from "yaml";
import { runningOf, tenantsOn } from "../../fleet/tenantsOn";
import type { Fleet, Host } from "../../fleet/types";
import { authModule, monitoringRole } from "../contract";

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
        // While Odoo installs itself there may be no such table yet; then nothing is overdue. Times are in UTC.
        query: `SELECT CASE WHEN to_regclass('public.ir_cron') IS NULL THEN 0 ELSE (
  SELECT coalesce(greatest(extract(epoch FROM max(timezone('UTC', now()) - nextcall)), 0), 0) FROM ir_cron WHERE active
) END AS oldest_overdue_seconds`,
        metrics: [
          {
            oldest_overdue_seconds: {
              usage: "GAUGE",
              description: "Seconds that the oldest overdue scheduled action is late; 0 when none is.",
            },
          },
        ],
      },
    },
    { lineWidth: 0 },
  );
}
