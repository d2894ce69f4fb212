import { sql } from "kysely";
import type { Database } from "../database/connect.ts";

/** Orders that the figure is of, at most: the newest. */
const most = 100;

/** How long an order usually takes, from when it has its place and its e-mail address is confirmed until it is ready. */
export interface UsualTime {
  /** Median, rounded up. */
  readonly seconds: number;
  /** Of how many orders. */
  readonly of: number;
}

/** How long the newest finished orders took; null when there are none. */
export async function usualTime(database: Database): Promise<UsualTime | null> {
  const newest = database
    .selectFrom("job")
    .select(["queued_at", "ended_at"])
    .where("kind", "=", "create")
    .where("state", "=", "done")
    .orderBy("number", "desc")
    .limit(most);
  const { seconds, of } = await database
    .selectFrom(newest.as("newest"))
    .select([
      sql<number | null>`
        percentile_cont(0.5) within group (order by extract(epoch from ended_at - queued_at)::float8)`.as("seconds"),
      sql<number>`count(*)::integer`.as("of"),
    ])
    .executeTakeFirstOrThrow();
  return seconds === null ? null : { seconds: Math.ceil(seconds), of };
}
