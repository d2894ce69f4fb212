import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Tables } from "./schema.ts";

/** The portal's database, or a transaction in it. */
export type Database = Kysely<Tables>;

/** Connections of one process. A tenant's PostgreSQL of the smallest plan takes 20 and more. */
const connections = 10;

/**
 * Connects to the portal's database. `destroy()` closes all connections.
 *
 * @param url `postgres://user:password@host:port/database`
 * @param patience milliseconds for which a query waits for a free connection.
 */
export function connect(url: string, patience = 10_000): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: "odoo-fleet-portal",
    connectionTimeoutMillis: patience,
  });
  // A server that restarts ends idle connections. Without a listener that would end the process; the pool replaces them.
  pool.on("error", (error) => console.error(`the database ended a connection: ${error.message}`));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
