import { sql } from "kysely";
import type { Database } from "../database/connect.ts";

/** Tells locks of tenants from others of the portal. */
const seed = 7_130_002;

/**
 * Does something while nobody else does something to the tenant. The lock is a session's: it goes with the process, however that ends.
 *
 * @returns false when somebody else has it; then nothing was done.
 */
export async function withTenant(database: Database, tenant: string, work: () => Promise<void>): Promise<boolean> {
  return database.connection().execute(async (connection) => {
    const { rows } = await sql<{ isOurs: boolean }>`
      select pg_try_advisory_lock(hashtextextended(${tenant}, ${seed})) as "isOurs"`.execute(connection);
    if (!rows[0]!.isOurs) {
      return false;
    }
    try {
      await work();
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${tenant}, ${seed}))`.execute(connection);
    }
    return true;
  });
}
