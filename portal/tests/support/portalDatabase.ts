import { after, before } from "node:test";
import type { Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrate.ts";
import { Postgres } from "./postgres.ts";

/**
 * A migrated database of a real PostgreSQL for the tests of a file; it goes when they are through.
 *
 * @param begin what is done when it is there, and `end` before it goes: hooks of one file don't wait for each other.
 */
export function portalDatabase({
  begin = () => Promise.resolve(),
  end = () => Promise.resolve(),
}: { readonly begin?: () => Promise<void>; readonly end?: () => Promise<void> } = {}): (() => Database) & {
  readonly url: () => string;
} {
  let url = "";
  let postgres: Postgres | undefined;
  let database: Database | undefined;
  before(async () => {
    postgres = await Postgres.shared();
    ({ database, url } = await postgres.newDatabase());
    await migrate(database);
    await begin();
  });
  after(async () => {
    await end();
    await database?.destroy();
    await postgres?.stop();
  });
  return Object.assign(() => database!, { url: () => url });
}
