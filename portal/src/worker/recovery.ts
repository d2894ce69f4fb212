import { type LostTenant, type Recovery, type RecoveryOptions, recoverTenants, RestoreError } from "odoo-fleet";
import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { noteUsage } from "../usage/spans.ts";
import { withTenant } from "./lock.ts";
import type { Provisioner } from "./provisioner.ts";
import { specOf } from "./work.ts";

/** What brings ordered tenants back. */
export interface RecoveryParts {
  readonly database: Database;
  readonly provisioner: Pick<Provisioner, "isLost" | "lost">;
  /** Default: the library's. */
  readonly recover?: (tenants: readonly LostTenant[], options: RecoveryOptions) => Promise<Recovery>;
}

/**
 * Brings back what was ordered on a host that was lost, as the portal's database has it: what was suspended or is to be deleted comes back suspended, and
 * what never served is left to its job. A tenant that a worker has at the moment fails.
 */
export async function recoverHost(
  { database, provisioner, recover = recoverTenants }: RecoveryParts,
  host: string,
  options: RecoveryOptions & { readonly signal: AbortSignal },
): Promise<Recovery> {
  const rows = await begunOn(database, host);
  const lost = await Promise.all(
    rows.map(async ({ id, address, made_state: made, delete_at, copy_of, copy_filled }): Promise<LostTenant> => {
      const state = made === "running" && delete_at === null ? "running" : "suspended";
      const own = await specOf(database, id);
      const isCopy = copy_of !== null;
      const spec = { ...own, restored: copy_filled ?? own.restored };
      return {
        ...provisioner.lost(spec, made === null || isCopy ? "running" : state, options.signal),
        title: `${address} (${id})`,
        // Its backups stay on its host: it has nothing until its customer brings it anew.
        neverServed: made === null || isCopy,
        alone: async (work) => {
          const wasOurs = await withTenant(database, id, async () => {
            const isLost = await provisioner.isLost(spec);
            if (isLost) {
              await endRestores(database, id);
            }
            await work();
            if (isCopy && isLost) {
              await emptyCopy(database, id);
            } else if (made !== null && isLost) {
              await note(database, id, state);
            }
          });
          if (!wasOurs) {
            throw new RestoreError("a worker or another recovery has it: make portal-stop, then this again");
          }
        },
      };
    }),
  );
  return recover(lost, options);
}

/** The tenants of a host of which something was made. */
async function begunOn(database: Database, host: string) {
  return (
    database
      .selectFrom("tenant")
      .select(["id", "address", "made_state", "delete_at", "copy_of", "copy_filled"])
      .where("host", "=", host)
      .where("withdrawn_at", "is", null)
      .where("deleted_at", "is", null)
      // Of a copy that has no data nothing is there.
      .where((row) => row.or([row("copy_of", "is", null), row("restored", ">", 0), row("copy_filled", "is not", null)]))
      .where((row) =>
        row.exists(
          row
            .selectFrom("job")
            .select("job.id")
            .whereRef("job.tenant_id", "=", "tenant.id")
            .where("job.started_at", "is not", null),
        ),
      )
      .orderBy("created_at")
      .execute()
  );
}

/**
 * The volumes that a restore had, or left, are gone. Noted before anything is recovered: a worker that went on with one would bring its
 * tenant to volumes without data.
 */
async function endRestores(database: Database, tenant: string): Promise<void> {
  await database
    .updateTable("restore")
    .set({ step: "failed" })
    .where("tenant_id", "=", tenant)
    .where("step", "in", ["asked", "switching"])
    .execute();
  await database
    .updateTable("restore")
    .set({ step: "settled" })
    .where("tenant_id", "=", tenant)
    .where("step", "in", ["done", "undoing", "switchingBack"])
    .execute();
}

async function emptyCopy(database: Database, copy: string): Promise<void> {
  await database
    .updateTable("tenant")
    .set({ made_state: null, restored: 0, copy_filled: null, copied_at: null, url: null })
    .where("id", "=", copy)
    .execute();
}

async function note(database: Database, tenant: string, state: "running" | "suspended"): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction
      .updateTable("tenant")
      .set({ made_state: state, woken_at: null })
      .where("id", "=", tenant)
      .execute();
    await noteUsage(transaction, tenant, new Date());
    await record(transaction, { actor: "operator", action: "tenant.recovered", tenant, details: { state } });
  });
}
