import type { NotNull } from "kysely";
import { type Alone, keepSchedules, type ScheduledTenant } from "odoo-fleet";
import type { Database } from "../database/connect.ts";
import { lifecycleOf } from "../lifecycle/times.ts";
import { withTenant } from "./lock.ts";
import type { WorkerSettings } from "./workerSettings.ts";

/** Tells hosts when their tenants stop and start; see `keepSchedules`. */
export type TellHosts = (tenants: readonly ScheduledTenant[], now: Date, alone: Alone) => Promise<void>;

/** Tells them by their engines. */
export function tellEngines({ fleet }: Pick<WorkerSettings, "fleet">): TellHosts {
  return (tenants, now, alone) =>
    keepSchedules(fleet as unknown as Parameters<typeof keepSchedules>[0], tenants, "portal", now, alone);
}

/**
 * Has each host know when its tenants stop and start for the next 35 days, in which they do it by themselves while no worker is there; and takes over what they
 * did. A tenant that is being worked on is looked at the next time.
 */
export async function keepHostsTold(database: Database, tell: TellHosts, now: Date): Promise<void> {
  const tenants = (await scheduled(database).execute()).map(tenantOf);
  await tell(tenants, now, async (id, keep) => {
    await withTenant(database, id, async () => {
      const row = await scheduled(database).where("tenant.id", "=", id).executeTakeFirst();
      await keep(row && tenantOf(row));
    });
  });
}

/** Tenants that have a place. A copy has the times of what it is of. */
// Its type is the query so far, which only Kysely can spell out.
function scheduled(database: Database) {
  return database
    .selectFrom("tenant")
    .innerJoin("tenant as timed", (join) =>
      join.on((on) => on("timed.id", "=", on.fn.coalesce("tenant.copy_of", "tenant.id"))),
    )
    .where("tenant.made_state", "is not", null)
    .where("tenant.host", "is not", null)
    .select([
      "tenant.id",
      "tenant.host",
      "tenant.made_state",
      "timed.stopped_at",
      "timed.operator_suspended_at",
      "timed.unpaid_at",
      "timed.expires_at",
      "timed.trial_until",
      "timed.awake_until",
      "timed.active_hours",
      "timed.holidays",
      "timed.sleep_after",
      "timed.delete_at",
    ])
    .$narrowType<{ host: NotNull; made_state: NotNull }>();
}

type Row = Awaited<ReturnType<ReturnType<typeof scheduled>["execute"]>>[number];

function tenantOf({ id, host, made_state, ...times }: Row): ScheduledTenant {
  return { name: id, host, lifecycle: lifecycleOf(times), made: made_state };
}
