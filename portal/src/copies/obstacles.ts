import type { Selectable } from "kysely";
import type { Database } from "../database/connect.ts";
import type { TenantTable } from "../database/schema.ts";
import type { StateReason } from "../orders/orderErrors.ts";
import type { Place } from "../orders/slots.ts";
import { isRestoring } from "../restores/restores.ts";

/** What keeps a tenant from being copied, and the way out of each. */
export const obstacleTexts = {
  trial: "it is on trial; expected an instance that is paid for",
  neverReady: "the tenant was never ready",
  deleting: "it is to be deleted; undo that first",
  notRunning: "it is suspended; start it first",
  busy: "it has a job that isn't over; wait for its end",
  restoring: "a restore of it has begun and isn't over; it goes on by itself",
  noBackup: "its first backup isn't known to be there, and a copy is made from one; try again in some minutes",
  noPlace: "there is no place for a copy where the instance is; ask its provider",
} as const satisfies Partial<Readonly<Record<StateReason, string>>>;

/** One of `obstacleTexts`. */
export type CopyObstacle = keyof typeof obstacleTexts;

/** What of a tenant can keep it from being copied. */
type Source = Pick<Selectable<TenantTable>, "id" | "made_state" | "delete_at" | "trial_until">;

/** Why a tenant's data can't be copied now; undefined: it can. */
export async function copyObstacle(database: Database, tenant: Source): Promise<CopyObstacle | undefined> {
  const { id, made_state: made, delete_at: deleteAt } = tenant;
  if (made === null) {
    return "neverReady";
  }
  if (deleteAt !== null) {
    return "deleting";
  }
  if (made !== "running") {
    return "notRunning";
  }
  const job = await database
    .selectFrom("job")
    .select("id")
    .where("tenant_id", "=", id)
    .where("state", "in", ["queued", "running"])
    .executeTakeFirst();
  if (job) {
    return "busy";
  }
  if (await isRestoring(database, id)) {
    return "restoring";
  }
  const facts = await database
    .selectFrom("backup_fact")
    .select("from_at")
    .where("tenant_id", "=", id)
    .executeTakeFirst();
  return facts?.from_at ? undefined : "noBackup";
}

/** Why a tenant that has no copy gets none now; undefined: it gets one. @param place that there is for one. */
export async function newCopyObstacle(
  database: Database,
  tenant: Source,
  place: Place | undefined,
): Promise<CopyObstacle | undefined> {
  // What waiting doesn't change comes first.
  if (tenant.trial_until !== null) {
    return "trial";
  }
  return place ? copyObstacle(database, tenant) : "noPlace";
}
