import { sql } from "kysely";
import type { Database } from "../database/connect.ts";

/** Jobs that the figure is of, at most: the newest. */
const most = 100;

/** How long a tenant is away while its plan changes. */
export interface Downtime {
  /** Median of whole jobs, rounded up: it is away for less. */
  readonly seconds: number;
  /** Of how many jobs. */
  readonly of: number;
  /** Of changes of plans; or, where there was none yet, of starts of suspended tenants, which replace the same containers. */
  readonly basis: "resizes" | "starts";
}

/** How long it took before; null when nothing like it was done yet. */
export async function usualDowntime(database: Database): Promise<Downtime | null> {
  for (const [kind, basis] of [
    ["resize", "resizes"],
    ["resume", "starts"],
  ] as const) {
    const newest = database
      .selectFrom("job")
      .select(["started_at", "ended_at"])
      .where("kind", "=", kind)
      .where("state", "=", "done")
      .orderBy("number", "desc")
      .limit(most);
    const { seconds, of } = await database
      .selectFrom(newest.as("newest"))
      .select([
        sql<number | null>`
          percentile_cont(0.5) within group (order by extract(epoch from ended_at - started_at)::float8)`.as("seconds"),
        sql<number>`count(*)::integer`.as("of"),
      ])
      .executeTakeFirstOrThrow();
    if (seconds !== null) {
      return { seconds: Math.ceil(seconds), of, basis };
    }
  }
  return null;
}
