import type Docker from "dockerode";
import { odooRole } from "../../components/tenant/config/odooConf";
import { execText } from "../../components/host/engineExec";
import type { Tenant } from "../../fleet/types";
import { inThrowAway } from "../../components/host/throwAway";
import { psql } from "../../components/host/psql";

/** Name of the database that is kept while a tenant's own is changed. */
function databaseBefore({ database }: Pick<Tenant, "database">): string {
  return `${database}_before_update`;
}

/**
 * Makes the restore point of a tenant whose Odoo is stopped: a copy of its database, file by file, and links to the files of its
 * filestore, which Odoo never writes to twice. The copy is there as a whole or not at all.
 *
 * @param image of Odoo, for the files.
 */
export async function makePoint(engine: Docker, tenant: Tenant, image: string, signal: AbortSignal): Promise<void> {
  const { database, postgresVersion } = tenant;
  const before = databaseBefore(tenant);
  // Up to 14 it is the only way.
  const strategy = postgresVersion >= 15 ? " STRATEGY file_copy" : "";
  const oid = (name: string): string => `(SELECT oid FROM pg_database WHERE datname = '${name}')`;
  await inFiles(
    engine,
    tenant,
    image,
    `rm -rf "$1.partial" "$1.before"; cp -al "$1" "$1.partial"; mv "$1.partial" "$1.before"`,
  );
  await askServer(
    engine,
    tenant,
    `DROP DATABASE IF EXISTS "${before}" WITH (FORCE);
ALTER DATABASE "${database}" ALLOW_CONNECTIONS false;
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '${database}';
CREATE DATABASE "${before}" TEMPLATE "${database}"${strategy} OWNER ${odooRole};
ALTER DATABASE "${before}" ALLOW_CONNECTIONS false;
INSERT INTO pg_db_role_setting SELECT ${oid(before)}, setrole, setconfig FROM pg_db_role_setting WHERE setdatabase = ${oid(database)};
ALTER DATABASE "${database}" ALLOW_CONNECTIONS true;`,
    signal,
  );
}

/** Brings database and files back to the restore point, where there is one. Done twice, it is as done once. */
export async function backToPoint(engine: Docker, tenant: Tenant, image: string): Promise<void> {
  const { database } = tenant;
  const before = databaseBefore(tenant);
  const isThere = await askServer(engine, tenant, `SELECT count(*) FROM pg_database WHERE datname = '${before}';`);
  if (isThere.trim() === "1") {
    await askServer(
      engine,
      tenant,
      `DROP DATABASE IF EXISTS "${database}" WITH (FORCE);
ALTER DATABASE "${before}" RENAME TO "${database}";`,
    );
  }
  // Privileges of a database aren't copied with it.
  await askServer(
    engine,
    tenant,
    `ALTER DATABASE "${database}" ALLOW_CONNECTIONS true;
REVOKE ALL ON DATABASE "${database}" FROM PUBLIC;
DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitoring') THEN
  GRANT CONNECT ON DATABASE "${database}" TO monitoring; END IF; END $$;`,
  );
  await inFiles(
    engine,
    tenant,
    image,
    'if [ -d "$1.before" ]; then rm -rf "$1"; mv "$1.before" "$1"; fi; rm -rf "$1.partial"',
  );
}

/** Takes the restore point away. */
export async function dropPoint(engine: Docker, tenant: Tenant, image: string): Promise<void> {
  await askServer(engine, tenant, `DROP DATABASE IF EXISTS "${databaseBefore(tenant)}" WITH (FORCE);`);
  await inFiles(engine, tenant, image, 'rm -rf "$1.before"');
}

/** Runs a script in a tenant's running PostgreSQL, as its superuser. */
function askServer(engine: Docker, { names }: Tenant, script: string, signal?: AbortSignal): Promise<string> {
  return execText(engine.getContainer(names.postgres), psql("postgres", script), signal);
}

/** Runs a script on the folder of a tenant's filestore, `$1`, as Odoo's user. */
async function inFiles(engine: Docker, tenant: Tenant, image: string, script: string): Promise<void> {
  const { names, database } = tenant;
  const binds = [`${names.filestoreVolume}:/var/lib/odoo`];
  const wanted = { name: `${names.odoo}-update-files`, image, binds, settings: { User: "odoo" } };
  await inThrowAway(engine, wanted, async (container) => {
    await container.start();
    await execText(container, ["sh", "-ec", `cd /var/lib/odoo/filestore; ${script}`, "files", database]);
  });
}
