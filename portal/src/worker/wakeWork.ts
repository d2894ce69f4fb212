import type { NotNull } from "kysely";
import { readWakes, type WakeChange } from "odoo-fleet";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import { noteUsage } from "../usage/spans.ts";
import { reasonOf } from "./reasonOf.ts";
import type { WorkerSettings } from "./workerSettings.ts";

/** Asks a host which suspended tenants are awake, against those that were known to be; see `readWakes`. */
export type AskForWakes = (host: string, awake: ReadonlySet<string>) => Promise<readonly WakeChange[]>;

/** Asks them by the engines of the fleet's hosts. */
export function askForWakes({ fleet }: Pick<WorkerSettings, "fleet">): AskForWakes {
  return (host, awake) => readWakes(fleet as unknown as Parameters<typeof readWakes>[0], host, awake);
}

/**
 * Notes which tenants a visit has woken, and which sleep again: that is time awake. A host that doesn't answer is named in the log, and keeps no other
 * waiting.
 *
 * @returns of how many something changed.
 */
export async function lookAtWakes(database: Database, ask: AskForWakes): Promise<number> {
  const tenants = await wakeable(database)
    .select(["id", "host", "woken_at"])
    .$narrowType<{ host: NotNull }>()
    .execute();
  const told = await Promise.all(
    [...Map.groupBy(tenants, ({ host }) => host)].map(async ([host, own]) => {
      const awake = new Set(own.filter(({ woken_at }) => woken_at !== null).map(({ id }) => id));
      return ask(host, awake).catch((error: unknown) => {
        console.error(
          `who is awake on host ${host} wasn't found; it is asked again in a quarter of a minute`,
          reasonOf(error),
        );
        return [];
      });
    }),
  );
  const known = new Set(tenants.map(({ id }) => id));
  return eachAlone(
    database,
    told.flat().filter(({ tenant }) => known.has(tenant)),
    async (transaction, { tenant, isAwake, at }) => {
      // Not one that was brought to something else meanwhile.
      const row = await wakeable(transaction).select("id").where("id", "=", tenant).forNoKeyUpdate().executeTakeFirst();
      if (row) {
        await transaction
          .updateTable("tenant")
          .set({ woken_at: isAwake ? at : null })
          .where("id", "=", tenant)
          .execute();
        await noteUsage(transaction, tenant, at);
      }
      return row !== undefined;
    },
    ({ tenant }) => `whether tenant ${tenant} is awake wasn't noted; it is tried again in a quarter of a minute`,
  );
}

/** Tenants that sleep so that a visit wakes them. */
// Its type is the query so far, which only Kysely can spell out.
function wakeable(database: Database) {
  return database
    .selectFrom("tenant")
    .where("made_state", "=", "suspended")
    .where("made_sleep_after", "is not", null)
    .where("host", "is not", null);
}
