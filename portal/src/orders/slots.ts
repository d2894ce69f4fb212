import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { queueConfirmed } from "../jobs/queueJobs.ts";
import type { Settings } from "../settings.ts";

/** A place for a tenant. */
export interface Place {
  readonly host: string;
  readonly slot: number;
}

/** Number of the lock under which places are given away, an arbitrary one of the portal's own. */
const placesLock = 7_130_001;

/**
 * Lets nobody else give places away until the transaction ends. With one at a time, "full" is never said because of an order that
 * fails a moment later; the unique index on host and slot stands behind it.
 */
export async function lockPlaces(transaction: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(${placesLock})`.execute(transaction);
}

/** Free places, hosts by their sequence in the settings and lower slots first. Call it under `lockPlaces`. */
export async function freePlaces(transaction: Database, slots: Settings["slots"]): Promise<Place[]> {
  const taken = await transaction.selectFrom("tenant").select(["host", "slot"]).where("slot", "is not", null).execute();
  const known = new Set(taken.map(({ host, slot }) => `${host}/${slot}`));
  return Object.entries(slots).flatMap(([host, { from, to }]) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ host, slot: from + index })).filter(
      ({ slot }) => !known.has(`${host}/${slot}`),
    ),
  );
}

/** Lets orders expire whose e-mail address wasn't confirmed in time, or whose card wasn't stored: their slots and addresses are free again. */
export async function expireOrders(transaction: Database): Promise<void> {
  const expired = await transaction
    .updateTable("order")
    .set({ state: "expired" })
    .where((order) =>
      order.or([
        order.and([order("state", "=", "unconfirmed"), order("confirm_by", "<=", sql<Date>`now()`)]),
        order.and([order("state", "=", "confirmed"), order("card_by", "<=", sql<Date>`now()`)]),
      ]),
    )
    .returning("tenant_id")
    .execute();
  await withdraw(
    transaction,
    expired.map(({ tenant_id }) => tenant_id),
  );
}

/** Takes tenants back of which nothing was made yet. */
export async function withdraw(transaction: Database, tenants: readonly string[]): Promise<void> {
  if (tenants.length > 0) {
    await transaction
      .updateTable("tenant")
      .set({ withdrawn_at: sql<Date>`now()`, host: null, slot: null })
      .where("id", "in", tenants)
      .execute();
  }
}

/**
 * Gives free places to those that wait, first come, first served, and queues the making of those that are confirmed and wait for no card: such a order with
 * its place and without a job can't be. Call it under `lockPlaces`.
 */
export async function serveWaiting(transaction: Database, slots: Settings["slots"], queue: JobQueue): Promise<void> {
  const free = await freePlaces(transaction, slots);
  const waiting = await waitingTenants(transaction).select("tenant.id").limit(free.length).execute();
  for (const [index, { id }] of waiting.entries()) {
    await transaction.updateTable("tenant").set(free[index]!).where("id", "=", id).execute();
  }
  await queueConfirmed(transaction, queue);
}

/** How many orders wait for a place before an order of this number. */
export async function waitingBefore(database: Database, number: string): Promise<number> {
  const { count } = await waitingTenants(database)
    .clearOrderBy()
    .where("order.number", "<", number)
    .select((select) => select.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

// Its type is the query so far, which only Kysely can spell out.
function waitingTenants(database: Database) {
  return database
    .selectFrom("tenant")
    .innerJoin("order", "order.tenant_id", "tenant.id")
    .where("tenant.slot", "is", null)
    .where("order.state", "in", ["unconfirmed", "confirmed"])
    .where("tenant.withdrawn_at", "is", null)
    .where("tenant.deleted_at", "is", null)
    .orderBy("order.number");
}
