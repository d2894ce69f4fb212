import { type Selectable, sql } from "kysely";
import { RestoreError } from "odoo-fleet";
import type { Database } from "../database/connect.ts";
import type { TenantTable } from "../database/schema.ts";
import { serveWaiting, withdraw } from "../orders/slots.ts";
import type { WorkerParts } from "./runJob.ts";
import { type Outcome, specOf, type Work } from "./work.ts";

/**
 * Fills a copy beside what it serves, and lets it run on that. Up to the switch a fault changes nothing of it; from then on a try that
 * fails is gone on with.
 */
export async function copied(parts: WorkerParts, { tenant, report, signal }: Work): Promise<Outcome> {
  const { database, provisioner, now = () => new Date() } = parts;
  const spec = await specOf(database, tenant);
  let { copy_filled: filled } = await rowOf(database, tenant);
  if (filled === null) {
    report("preparing");
    report("restoring");
    const copied_at = now();
    filled = await provisioner.copy(spec, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error instanceof RestoreError
        ? error
        : new RestoreError("it failed before anything was changed", { cause: error });
    });
    await database.updateTable("tenant").set({ copy_filled: filled, copied_at }).where("id", "=", tenant).execute();
  }
  const to = { ...spec, restored: filled };
  const url = await provisioner.switchTo(to, report, signal);
  if (spec.restored > 0) {
    await provisioner.removeRestored(to, spec.restored);
  }
  return {
    phase: "ready",
    note: async (transaction) => {
      await transaction
        .updateTable("tenant")
        .set({ restored: to.restored, copy_filled: null, made_state: "running", url })
        .set({ ready_at: sql<Date>`coalesce(ready_at, now())` })
        .where("id", "=", tenant)
        .execute();
    },
  };
}

/** Removes all of a copy: its place and its address are free at once. */
export async function copyRemoved(parts: WorkerParts, { tenant, report, signal }: Work): Promise<Outcome> {
  const { database, provisioner, settings, queue } = parts;
  report("preparing");
  const spec = await specOf(database, tenant);
  const { copy_filled: filled } = await rowOf(database, tenant);
  // One that was interrupted between two sets of data has both; one whose filling was, may have a part of the next.
  const [restored, other] = filled === null ? [spec.restored, spec.restored + 1] : [filled, spec.restored];
  await provisioner.removeCopy({ ...spec, restored }, other, report, signal);
  return {
    phase: "removed",
    note: async (transaction) => {
      await withdraw(transaction, [tenant]);
      await serveWaiting(transaction, settings.slots, queue);
    },
  };
}

async function rowOf(database: Database, tenant: string): Promise<Pick<Selectable<TenantTable>, "copy_filled">> {
  return database.selectFrom("tenant").select("copy_filled").where("id", "=", tenant).executeTakeFirstOrThrow();
}
