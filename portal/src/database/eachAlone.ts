import type { Database } from "./connect.ts";

/**
 * Does something for one after the other, each in a transaction of its own: one that fails is undone, said in the log as `what` has it, and left to the
 * next look, and the others go on.
 *
 * @param work says whether there was something to do.
 * @returns for how many there was.
 */
export async function eachAlone<One>(
  database: Database,
  all: readonly One[],
  work: (transaction: Database, one: One) => Promise<boolean>,
  what: (one: One) => string,
): Promise<number> {
  let done = 0;
  for (const one of all) {
    try {
      done += (await database.transaction().execute((transaction) => work(transaction, one))) ? 1 : 0;
    } catch (error) {
      console.error(`${what(one)}: ${error instanceof Error ? error.message : "unknown"}`);
    }
  }
  return done;
}
