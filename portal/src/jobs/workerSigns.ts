import { sql } from "kysely";
import type { Database } from "../database/connect.ts";

/** By what the database knows the connections by which a worker takes jobs. */
export const workersName = "odoo-fleet-portal-worker";

/** Seconds without a question after which a worker counts as gone: one that lives asks for jobs twice a second. */
const silentFor = 60;

/** Whether a worker takes jobs. */
export async function isWorkerThere(database: Database): Promise<boolean> {
  const { rows } = await sql`
    select from pg_stat_activity
    where datname = current_database() and application_name = ${workersName}
    and state_change > now() - make_interval(secs => ${silentFor}) limit 1`.execute(database);
  return rows.length > 0;
}
