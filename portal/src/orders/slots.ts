import { sql } from "kysely";
import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { queueConfirmed } from "../jobs/queueJobs.ts";
import { openRoomBook } from "../plans/room.ts";
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

/** Alerts of a host that takes no more tenants: its disk, or the one with its backups, is about to be full. */
const fullDisks = ["HostDiskSpaceLow", "HostDiskFilling", "RepositoryFull"];

/**
 * Free places, hosts by their sequence in the settings and lower slots first; none of a host whose disks are about to be full, by what its alerts
 * said last. Call it under `lockPlaces`.
 */
export async function freePlaces(transaction: Database, slots: Settings["slots"]): Promise<Place[]> {
  const looks = await transaction.selectFrom("alert_look").select("alerts").execute();
  const full = new Set(
    looks.flatMap(({ alerts }) => alerts.flatMap(({ name, host }) => (fullDisks.includes(name) ? [host] : []))),
  );
  const taken = await transaction.selectFrom("tenant").select(["host", "slot"]).where("slot", "is not", null).execute();
  const known = new Set(taken.map(({ host, slot }) => `${host}/${slot}`));
  const open = Object.entries(slots).filter(([host]) => !full.has(host));
  return open.flatMap(([host, { from, to }]) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ host, slot: from + index })).filter(
      ({ slot }) => !known.has(`${host}/${slot}`),
    ),
  );
}

/** Minutes in which the payment service tells of a card that was stored on its page. */
const toldMinutes = 10;

/**
 * Lets orders expire whose e-mail address wasn't confirmed in time, or whose card wasn't stored: their slots and addresses are free again. Who asked for the page for his card
 * in time may store it there until the page is over.
 */
export async function expireOrders(transaction: Database): Promise<void> {
  const expired = await transaction
    .updateTable("order")
    .set({ state: "expired" })
    .where((order) =>
      order.or([
        order.and([order("state", "=", "unconfirmed"), order("confirm_by", "<=", sql<Date>`now()`)]),
        order.and([
          order("state", "=", "confirmed"),
          order("card_by", "<=", sql<Date>`now()`),
          order.not(
            order.exists(
              order
                .selectFrom("checkout")
                .select("checkout.id")
                .whereRef("checkout.customer_id", "=", "order.customer_id")
                .where("checkout.invoice_id", "is", null)
                .where("checkout.url", "is not", null)
                .where("checkout.is_refused", "=", false)
                .whereRef("checkout.asked_at", "<", "order.card_by")
                .where("checkout.until", ">", sql<Date>`now() - make_interval(mins => ${toldMinutes})`),
            ),
          ),
        ]),
      ]),
    )
    .returning(["id", "tenant_id"])
    .execute();
  for (const { id: subject, tenant_id: tenant } of expired) {
    await record(transaction, { actor: "portal", action: "order.expired", tenant, subject });
  }
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
 * Gives free places to those that wait, first come, first served, where the host holds their plan beside what it has: one that is too large for what is left waits, and
 * keeps no smaller one waiting. Queues the making of those that are confirmed and wait for no card: such an order with
 * its place and without a job can't be. Call it under `lockPlaces`.
 */
export async function serveWaiting(transaction: Database, slots: Settings["slots"], queue: JobQueue): Promise<void> {
  const free = await freePlaces(transaction, slots);
  const waiting =
    free.length > 0 ? await waitingTenants(transaction).select(["tenant.id", "tenant.plan"]).execute() : [];
  const room = await openRoomBook(transaction);
  for (const { id, plan } of waiting) {
    const host = [...new Set(free.map((place) => place.host))].find((one) => room.holds(one, plan));
    if (host !== undefined) {
      const [place] = free.splice(
        free.findIndex((one) => one.host === host),
        1,
      );
      room.add(host, plan);
      await transaction.updateTable("tenant").set(place!).where("id", "=", id).execute();
    }
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
