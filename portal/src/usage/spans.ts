import type { Selectable } from "kysely";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import type { TenantTable } from "../database/schema.ts";
import type { UsageSpanTable } from "../database/usageTables.ts";
import { lifecycleView } from "../lifecycle/times.ts";

/** What is counted of a tenant. */
type Counted = Pick<Selectable<UsageSpanTable>, "plan" | "state" | "reason" | "is_trial">;

/**
 * Ends a tenant's span and begins the next one where something changed that is counted; nothing happens otherwise. To be called in each transaction that
 * changes whether a tenant runs, its plan, or whether it is there.
 */
export async function noteUsage(transaction: Database, tenant: string, now: Date): Promise<boolean> {
  // Two that see the same change come one after the other.
  const row = await transaction
    .selectFrom("tenant")
    .selectAll()
    .where("id", "=", tenant)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  const open = await transaction
    .selectFrom("usage_span")
    .selectAll()
    .where("tenant_id", "=", tenant)
    .where("to_at", "is", null)
    .executeTakeFirst();
  const counted = countedOf(row, open, now);
  if (isSame(counted, open)) {
    return false;
  }
  // A clock that was put back makes no span that ends before it begins.
  const at = open && open.from_at > now ? open.from_at : now;
  if (open) {
    await transaction.updateTable("usage_span").set({ to_at: at }).where("id", "=", open.id).execute();
  }
  if (counted) {
    await transaction
      .insertInto("usage_span")
      .values({ tenant_id: tenant, ...counted, from_at: at })
      .execute();
  }
  return true;
}

/**
 * Looks at all tenants, for what changes as time passes: why a tenant doesn't run. It also begins the spans of tenants that were there before anything was
 * counted.
 *
 * @returns of how many something changed.
 */
export async function lookAtUsage(database: Database, now: Date): Promise<number> {
  const tenants = await database
    .selectFrom("tenant")
    .selectAll()
    .where("made_state", "is not", null)
    .where("copy_of", "is", null)
    .where((row) =>
      row.or([
        row("deleted_at", "is", null),
        row.exists(
          row
            .selectFrom("usage_span")
            .select("usage_span.id")
            .whereRef("usage_span.tenant_id", "=", "tenant.id")
            .where("to_at", "is", null),
        ),
      ]),
    )
    .execute();
  const spans = await database.selectFrom("usage_span").selectAll().where("to_at", "is", null).execute();
  const open = new Map(spans.map((span) => [span.tenant_id, span]));
  const changed = tenants.filter((row) => !isSame(countedOf(row, open.get(row.id), now), open.get(row.id)));
  return eachAlone(
    database,
    changed,
    (transaction, { id }) => noteUsage(transaction, id, now),
    ({ id }) => `what tenant ${id} uses wasn't noted; it is tried again in a minute`,
  );
}

/** What is to be counted of a tenant; undefined: nothing, as it never served or isn't there any more. */
function countedOf(row: Selectable<TenantTable>, open: Counted | undefined, now: Date): Counted | undefined {
  const { made_state: state, plan } = row;
  const is_trial = row.trial_until !== null;
  // A copy is part of what its tenant costs.
  if (row.copy_of !== null || state === null || row.deleted_at !== null || row.withdrawn_at !== null) {
    return undefined;
  }
  if (state === "running" || row.woken_at !== null) {
    return { plan, state: "running", reason: null, is_trial };
  }
  const { desired, reason } = lifecycleView(row, now);
  // It is to run again and doesn't yet: it is away for the reason that it was.
  const kept = open?.state === state ? open.reason : null;
  return { plan, state, reason: desired === "suspended" ? reason : kept, is_trial };
}

function isSame(one: Counted | undefined, other: Counted | undefined): boolean {
  return (["plan", "state", "reason", "is_trial"] as const).every((key) => one?.[key] === other?.[key]);
}
