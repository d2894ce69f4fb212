import { RestoreError } from "odoo-fleet";
import type { Database } from "../database/connect.ts";
import { lastRestore, undoDays } from "../restores/restores.ts";
import { noteBackups } from "../restores/backups.ts";
import { askEach } from "./askEach.ts";
import type { WorkerParts } from "./runJob.ts";
import { type Outcome, specOf, type Work } from "./work.ts";

const dayMilliseconds = 86_400_000;

/**
 * Restores a tenant beside what serves, and lets it run on that. Up to the switch a fault changes nothing of it; from then on a try that
 * fails is gone on with.
 */
export async function restored(parts: WorkerParts, work: Work): Promise<Outcome> {
  const { database, provisioner } = parts;
  const { tenant, report, signal } = work;
  const restore = await lastRestore(database, tenant, ["asked", "switching"]);
  if (!restore) {
    throw new Error(`tenant ${tenant} has no restore that is to be done`);
  }
  const spec = await specOf(database, tenant);
  const former = spec.restored;
  let { generation } = restore;
  if (restore.step === "asked" || generation === null) {
    report("restoring");
    generation = await provisioner.restore(spec, restore.at, signal).catch(async (error: unknown) => {
      signal.throwIfAborted();
      await step(database, restore.id, { step: "failed" });
      throw unchanged(error);
    });
    await step(database, restore.id, { step: "switching", generation });
  }
  await provisioner.switchTo({ ...spec, restored: generation }, report, signal);
  // What was kept of an earlier restore can't be gone back to any more.
  const kept = await lastRestore(database, tenant, ["done"]);
  if (kept?.generation === former) {
    await provisioner.removeRestored({ ...spec, restored: generation }, former - 1);
  }
  return {
    phase: "ready",
    note: async (transaction, now) => {
      await transaction.updateTable("tenant").set({ restored: generation }).where("id", "=", tenant).execute();
      await transaction
        .updateTable("restore")
        .set({ step: "settled" })
        .where("tenant_id", "=", tenant)
        .where("step", "=", "done")
        .execute();
      await step(transaction, restore.id, {
        step: "done",
        done_at: now,
        undo_until: new Date(now.getTime() + undoDays * dayMilliseconds),
      });
    },
  };
}

/** Brings a tenant back to what it had before its restore, and removes what was restored. */
export async function undone({ database, provisioner }: WorkerParts, work: Work): Promise<Outcome> {
  const { tenant, report, signal } = work;
  const restore = await lastRestore(database, tenant, ["undoing", "switchingBack"]);
  if (restore?.generation == null) {
    throw new Error(`tenant ${tenant} has no restore that is to be undone`);
  }
  const spec = await specOf(database, tenant);
  const former = restore.generation - 1;
  if (restore.step === "undoing") {
    report("restoring");
    await provisioner.undoRestore(spec, signal).catch(async (error: unknown) => {
      signal.throwIfAborted();
      await step(database, restore.id, { step: "done" });
      throw unchanged(error);
    });
    await step(database, restore.id, { step: "switchingBack" });
  }
  await provisioner.switchTo({ ...spec, restored: former }, report, signal);
  await provisioner.removeRestored({ ...spec, restored: former }, restore.generation);
  return {
    phase: "ready",
    note: async (transaction, now) => {
      await transaction.updateTable("tenant").set({ restored: former }).where("id", "=", tenant).execute();
      await step(transaction, restore.id, { step: "undone", undone_at: now });
    },
  };
}

/** Removes what a tenant had before its restore, where something of it is kept. */
export async function settled(
  { database, provisioner }: Pick<WorkerParts, "database" | "provisioner">,
  tenant: string,
): Promise<void> {
  const restore = await lastRestore(database, tenant, ["done"]);
  if (restore?.generation == null) {
    return;
  }
  await provisioner.removeRestored(await specOf(database, tenant), restore.generation - 1);
  await step(database, restore.id, { step: "settled" });
}

/** Asks for what is known of the backups of tenants of which that is old. @returns of how many it is known now. */
export async function askForBackups(
  { database, provisioner, now = () => new Date() }: Pick<WorkerParts, "database" | "provisioner" | "now">,
  tenants: readonly string[],
): Promise<number> {
  return askEach(
    tenants,
    async (tenant) =>
      noteBackups(database, tenant, await provisioner.readBackups(await specOf(database, tenant)), now()),
    (tenant) => `what can be restored of tenant ${tenant} wasn't found; it is asked again in a minute`,
  );
}

/** Whatever it was, such as a host that didn't answer: its tenant is as it was. */
function unchanged(error: unknown): RestoreError {
  return error instanceof RestoreError
    ? error
    : new RestoreError("it failed before anything was changed", { cause: error });
}

type Changed = Partial<{
  step: "failed" | "switching" | "done" | "switchingBack" | "undone" | "settled";
  generation: number;
  done_at: Date;
  undo_until: Date;
  undone_at: Date;
}>;

async function step(database: Database, id: string, to: Changed): Promise<void> {
  await database.updateTable("restore").set(to).where("id", "=", id).execute();
}
