import type { Selectable } from "kysely";
import type { Database } from "../database/connect.ts";
import type { TenantTable } from "../database/schema.ts";

/**
 * A tenant that is there: neither withdrawn nor deleted. A staging copy isn't one: what is done to it is done by its tenant.
 *
 * @param customer whose it has to be; undefined: anybody's, for operators.
 * @returns undefined when there is no such tenant, or when it is somebody else's.
 */
export async function findTenant(
  database: Database,
  id: string,
  customer: string | undefined,
): Promise<Selectable<TenantTable> | undefined> {
  let rows = database
    .selectFrom("tenant")
    .selectAll()
    .where("id", "=", id)
    .where("copy_of", "is", null)
    .where("withdrawn_at", "is", null)
    .where("deleted_at", "is", null);
  if (customer !== undefined) {
    rows = rows.where("customer_id", "=", customer);
  }
  return rows.executeTakeFirst();
}
