import { sql } from "kysely";
import type { Database } from "./connect.ts";

/**
 * Whether nobody else is at the same thing until the transaction ends. Unlike the lock of a row it keeps nobody waiting who changes what the thing is about: somebody
 * may hold a lock that everybody needs meanwhile.
 */
export async function isAlone(transaction: Database, ...thing: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ isMine: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${JSON.stringify(thing)}, 7130044)) as "isMine"`.execute(
    transaction,
  );
  return rows[0]!.isMine;
}
