import { run } from "./commands";

/** Waits until what backs a tenant up has made its first backups. */
export async function backedUp(helper: string): Promise<void> {
  const script =
    "cd /var/lib/odoo-fleet/repository && until [ -s database.time ] && [ -s files.time ]; do sleep 1; done";
  await run("docker", ["exec", helper, "timeout", "900", "sh", "-c", script]);
}

/** Asks a tenant's database. */
export async function ask(postgres: string, database: string, sql: string): Promise<void> {
  await run("docker", ["exec", postgres, "psql", "-X", "-q", "-d", database, "-c", sql]);
}
