import { sql } from "kysely";
import type { TenantSizes } from "odoo-fleet";
import type { Database } from "../database/connect.ts";
import { isAwake } from "../lifecycle/awake.ts";
import { monthOf } from "./months.ts";

/** Notes how much a tenant has stored, and its memory: as the last of its month, and as the highest if it is. */
export async function noteSizes(
  database: Database,
  tenant: string,
  { databaseBytes, filesBytes, memoryBytes }: TenantSizes,
  now: Date,
): Promise<void> {
  const [stored, files, memory] = [databaseBytes, filesBytes, memoryBytes].map(String) as [string, string, string];
  await database
    .insertInto("usage_size")
    .values({
      ...{ tenant_id: tenant, month: monthOf(now), read_at: now },
      ...{ database_bytes: stored, database_most: stored, files_bytes: files, files_most: files },
      ...{ memory_bytes: memory, memory_most: memory },
    })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "month"]).doUpdateSet({
        ...{ database_bytes: stored, files_bytes: files, memory_bytes: memory, read_at: now },
        database_most: sql<string>`greatest(usage_size.database_most, excluded.database_most)`,
        files_most: sql<string>`greatest(usage_size.files_most, excluded.files_most)`,
        memory_most: sql<string>`greatest(usage_size.memory_most, excluded.memory_most)`,
      }),
    )
    .execute();
}

/** Milliseconds after which it is asked anew: it reads the names of all files. */
const oldAfter = 3_600_000;

/** Tenants that run and of which it isn't known how much they have stored now; the longest unasked first. */
export async function withOldSizes(database: Database, now: Date, limit: number): Promise<string[]> {
  const rows = await database
    .selectFrom("tenant")
    .leftJoinLateral(
      (tenant) =>
        tenant
          .selectFrom("usage_size")
          .select((size) => size.fn.max("read_at").as("read_at"))
          .whereRef("usage_size.tenant_id", "=", "tenant.id")
          .as("last_size"),
      (join) => join.onTrue(),
    )
    .select("tenant.id")
    .where(isAwake)
    .where("tenant.copy_of", "is", null)
    .where("tenant.deleted_at", "is", null)
    .where("tenant.withdrawn_at", "is", null)
    .where((row) => row.or([row("read_at", "is", null), row("read_at", "<", new Date(now.getTime() - oldAfter))]))
    .orderBy("read_at", (order) => order.asc().nullsFirst())
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
