import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { JobKind } from "../database/schema.ts";

/** Jobs that the figure is of, at most: the newest. */
const most = 100;

/** How long jobs took. */
export interface MedianSeconds {
  /** Rounded up. */
  readonly seconds: number;
  /** Of how many jobs. */
  readonly of: number;
}

/** Median of the newest jobs of a kind that were done, from a moment of theirs to their end; null when there are none. */
export async function medianSeconds(
  database: Database,
  kind: JobKind,
  from: "queued_at" | "started_at",
): Promise<MedianSeconds | null> {
  const newest = database
    .selectFrom("job")
    .select([from, "ended_at"])
    .where("kind", "=", kind)
    .where("state", "=", "done")
    .orderBy("number", "desc")
    .limit(most);
  const { seconds, of } = await database
    .selectFrom(newest.as("newest"))
    .select([
      sql<number | null>`
        percentile_cont(0.5) within group (order by extract(epoch from ended_at - ${sql.ref(from)})::float8)`.as(
        "seconds",
      ),
      sql<number>`count(*)::integer`.as("of"),
    ])
    .executeTakeFirstOrThrow();
  return seconds === null ? null : { seconds: Math.ceil(seconds), of };
}
