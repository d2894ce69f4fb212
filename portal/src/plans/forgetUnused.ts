import { sql } from "kysely";
import type { Database } from "../database/connect.ts";

/** Removes what is noted of plans that are noted anew, and of those that no tenant has any more. */
export async function forgetUnused(
  transaction: Database,
  table: "plan_need" | "plan_content",
  noted: readonly string[],
): Promise<void> {
  await sql`
    delete from ${sql.table(table)} as known where plan = any(${[...noted]}::text[])
    or not exists (
      select from tenant where known.plan in (tenant.plan, tenant.next_plan)
      and deleted_at is null and withdrawn_at is null
    )`.execute(transaction);
}
