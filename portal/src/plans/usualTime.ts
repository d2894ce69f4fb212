import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { MedianSeconds } from "./medianSeconds.ts";

/** Orders with the same modules that a figure is of, at most: the newest. */
const mostAlike = 100;

/** Orders that are looked through for that: the newest, as this is asked by whoever sees the order page. */
const mostInAll = 1000;

/** How long orders usually take. */
export interface UsualTimes {
  /** Without a set of modules; null: none was finished yet. */
  readonly usual: MedianSeconds | null;
  /** With sets, by all that these held; those that were ordered last come first. */
  readonly usualWith: readonly ({ readonly modules: readonly string[] } & MedianSeconds)[];
}

/**
 * How long orders take, from when they have their place and their e-mail address is confirmed until they are ready. Modules are prepared by the first
 * order of them at the latest, and make a start longer, so each union of sets has a figure of its own.
 */
export async function usualTimes(database: Database): Promise<UsualTimes> {
  const newest = database
    .selectFrom("job")
    .innerJoin("tenant", "tenant.id", "job.tenant_id")
    .select(["tenant.modules", "job.number", "job.queued_at", "job.ended_at"])
    .where("job.kind", "=", "create")
    .where("job.state", "=", "done")
    .orderBy("job.number", "desc")
    .limit(mostInAll);
  const placed = database
    .selectFrom(newest.as("newest"))
    .selectAll()
    .select(sql<number>`row_number() over (partition by modules order by number desc)`.as("place"));
  const rows = await database
    .selectFrom(placed.as("placed"))
    .where("place", "<=", mostAlike)
    .select([
      "modules",
      sql<number>`ceil(
        percentile_cont(0.5) within group (order by extract(epoch from ended_at - queued_at)::float8))::integer`.as(
        "seconds",
      ),
      sql<number>`count(*)::integer`.as("of"),
    ])
    .groupBy("modules")
    .orderBy(sql`max(number)`, "desc")
    .execute();
  const without = rows.find(({ modules }) => modules.length === 0);
  return {
    usual: without ? { seconds: without.seconds, of: without.of } : null,
    usualWith: rows.filter(({ modules }) => modules.length > 0),
  };
}
