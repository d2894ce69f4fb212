import { odooPorts } from "../../components/tenant/config/odooConf";
import { renderNginxConf } from "../../components/tenant/config/nginxConf";
import type { Tenant } from "../../fleet/types";
import { monitoringRole } from "../../monitoring/contract";
import { baseImages, type Container, type ContainerSpec } from "./imagesSandbox";

/** The services of a tenant that have something to look at. */
export type WatchedService = "postgres" | "odoo" | "nginx";

/** A container of a tenant: what stands for the service, and its address. */
export type WatchedContainer = Pick<ContainerSpec, "image" | "env" | "files" | "command"> & {
  readonly address: string;
};

/**
 * What stands for a tenant's services: a PostgreSQL, an Nginx that answers of every class in Odoo's place, by path, and the
 * tenant's Nginx with the program's own configuration.
 *
 * @param password of the superuser, and of the role that the exporter asks by.
 */
export function watchedContainers(
  { name, database, addresses }: Tenant,
  password: string,
): Readonly<Record<WatchedService, WatchedContainer>> {
  const { nginx, postgres } = baseImages();
  const config = renderNginxConf({
    tenant: name,
    odooAddress: addresses.odooFront,
    workers: 0,
    uploadMiB: 1,
    requestSeconds: 600,
    cacheMiB: 1,
    logReaderAddress: addresses.nginxlogExporterFront,
  });
  return {
    postgres: {
      image: postgres,
      address: addresses.postgresInternal,
      env: { POSTGRES_PASSWORD: password, POSTGRES_DB: database },
      command: ["postgres", "-c", "track_commit_timestamp=on"],
    },
    odoo: {
      image: nginx,
      address: addresses.odooFront,
      files: { "/etc/nginx/conf.d/default.conf": { content: answersOfEveryClass } },
    },
    nginx: {
      image: nginx,
      address: addresses.nginxFront,
      files: {
        "/etc/nginx/nginx.conf": { content: config },
        // Nginx makes its folder for bodies below the mount of the tenant's configuration.
        "/etc/odoo-fleet/mounted": { content: "" },
      },
    },
  };
}

const answersOfEveryClass = `server {
  listen ${odooPorts.http};
  location = /odoo-fleet/ready { return 200 '{"status": "pass"}'; }
  location = /moved { return 301 /; }
  location = /missing { return 404; }
  location = /broken { return 503; }
  location / { return 200; }
}`;

/** Gives a database Odoo's table of scheduled actions, with one that is late, that of its backups, and the role that the exporter asks by. */
export async function makeOdooTables(postgres: Container, database: string, password: string): Promise<void> {
  const statements = [
    `CREATE ROLE ${monitoringRole} LOGIN PASSWORD '${password}'`,
    `GRANT pg_monitor TO ${monitoringRole}`,
    "CREATE TABLE ir_cron (active boolean, nextcall timestamp)",
    "INSERT INTO ir_cron VALUES (true, timezone('UTC', now()) - interval '1 hour')",
    `GRANT SELECT ON ir_cron TO ${monitoringRole}`,
    // As the helper that makes backups keeps it.
    "CREATE SCHEMA odoo_fleet",
    "CREATE TABLE odoo_fleet.backup (kind text PRIMARY KEY, last_success bigint NOT NULL)",
    "INSERT INTO odoo_fleet.backup VALUES ('database', 1764000000), ('files', 1764000000)",
    "CREATE TABLE odoo_fleet.drill (copy text PRIMARY KEY, mark text, last_success bigint, seconds integer, fault text)",
    "INSERT INTO odoo_fleet.drill VALUES ('local', 'a-mark', 1764000000, 42, NULL), ('offsite', 'another-mark', 1764000000, 60, NULL)",
    `GRANT USAGE ON SCHEMA odoo_fleet TO ${monitoringRole}; GRANT SELECT ON ALL TABLES IN SCHEMA odoo_fleet TO ${monitoringRole}`,
  ];
  await postgres.until("pg_isready --quiet --host 127.0.0.1");
  const options = statements.map((statement) => `--command "${statement}"`).join(" ");
  await postgres.shell(`psql --username postgres ${database} ${options}`);
}
