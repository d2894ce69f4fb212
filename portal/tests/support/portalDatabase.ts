import { after, before } from "node:test";
import type { Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrate.ts";
import { Postgres } from "./postgres.ts";

/** A migrated database of a real PostgreSQL for the tests of a file; both go when they are through. */
export function portalDatabase(): () => Database {
  let postgres: Postgres | undefined;
  let database: Database | undefined;
  before(async () => {
    postgres = await Postgres.start();
    ({ database } = await postgres.newDatabase());
    await migrate(database);
  });
  after(async () => {
    await database?.destroy();
    await postgres?.stop();
  });
  return () => database!;
}
