import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Tables } from "./schema.ts";

/** The portal's database, or a transaction in it. */
export type Database = Kysely<Tables>;

/** Connections of one process that does nothing long. A tenant's PostgreSQL of the smallest plan takes 20 and more. */
export const usualConnections = 10;

/**
 * Connects to the portal's database. `destroy()` closes all connections.
 *
 * @param url `postgres://user:password@host:port/database`
 * @param patience milliseconds for which a query waits for a free connection.
 * @param connections most at a time.
 */
export function connect(url: string, patience = 10_000, connections = usualConnections): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: "odoo-fleet-portal",
    connectionTimeoutMillis: patience,
  });
  // A server that restarts ends connections. Without listeners that would end the process: the pool replaces those that are idle, and who uses one is told
  // by what he asks next.
  pool.on("error", (error) => console.error(`the database ended a connection: ${error.message}`));
  pool.on("connect", (client) => client.on("error", () => undefined));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
