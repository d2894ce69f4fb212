import type { Selectable } from "kysely";
import type { Database } from "../database/connect.ts";
import type { JobFailure, TenantTable } from "../database/schema.ts";
import { findTenant } from "../lifecycle/findTenant.ts";
import { freePlaces, type Place } from "../orders/slots.ts";
import { roomFor } from "../plans/room.ts";
import type { Settings } from "../settings.ts";
import { copyObstacle, type CopyObstacle, newCopyObstacle } from "./obstacles.ts";

/** A tenant's staging copy, as its customer sees it. */
export interface CopyView {
  /**
   * `making`: it is filled for the first time. `renewing`: it is brought anew, and serves what it has meanwhile. `empty`: it couldn't be filled, or its host was
   * lost, and it has nothing.
   */
  readonly state: "making" | "running" | "suspended" | "renewing" | "empty" | "removing";
  readonly address: string;
  /** Null until it is ready. */
  readonly url: string | null;
  /** Of when its data is; null: it has none. */
  readonly copiedAt: string | null;
  /** When it is removed, unless that is put off. */
  readonly until: string;
  /** Its job that isn't over. */
  readonly job: string | null;
  /** Why it couldn't be filled last; null: it could, or it wasn't tried yet. */
  readonly failure: JobFailure | null;
}

/** What there is of a tenant's copy. */
export interface CopyOffer {
  readonly copy: CopyView | null;
  /** Why none can be made now, or the one that there is can't be brought anew; null: it can. */
  readonly obstacle: CopyObstacle | null;
}

/**
 * The staging copy of a tenant; undefined when there is none, or when the tenant is somebody else's.
 *
 * @param customer whose it has to be; undefined: anybody's, for operators.
 */
export async function findCopy(
  database: Database,
  tenant: string,
  customer: string | undefined,
): Promise<Selectable<TenantTable> | undefined> {
  let rows = database.selectFrom("tenant").selectAll().where("copy_of", "=", tenant).where("withdrawn_at", "is", null);
  if (customer !== undefined) {
    rows = rows.where("customer_id", "=", customer);
  }
  return rows.executeTakeFirst();
}

/** What there is of a tenant's copy; undefined when there is no such tenant, or when it is somebody else's. */
export async function readCopy(
  database: Database,
  settings: Pick<Settings, "slots">,
  customer: string | undefined,
  id: string,
  now: Date,
): Promise<CopyOffer | undefined> {
  const tenant = await findTenant(database, id, customer);
  if (!tenant) {
    return undefined;
  }
  const copy = await findCopy(database, id, customer);
  if (!copy) {
    const place = await placeForCopy(database, settings.slots, tenant);
    return { copy: null, obstacle: (await newCopyObstacle(database, tenant, place)) ?? null };
  }
  const job = await database
    .selectFrom("job")
    .select(["id", "kind", "state", "failure"])
    .where("tenant_id", "=", copy.id)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  const isBusy = job?.state === "queued" || job?.state === "running";
  return {
    copy: {
      state: stateOf(copy, isBusy ? job.kind : undefined, now),
      address: copy.address,
      url: copy.url,
      copiedAt: copy.copied_at?.toISOString() ?? null,
      until: copy.copy_until!.toISOString(),
      job: isBusy ? job.id : null,
      failure: job?.kind === "copy" && job.state === "failed" ? (job.failure ?? "fault") : null,
    },
    obstacle: (await copyObstacle(database, tenant)) ?? null,
  };
}

function stateOf(
  { made_state: made, copy_until: until }: Selectable<TenantTable>,
  busyWith: string | undefined,
  now: Date,
): CopyView["state"] {
  if (until === null || until <= now || busyWith === "removeCopy") {
    return "removing";
  }
  if (busyWith === "copy") {
    return made === null ? "making" : "renewing";
  }
  return made ?? "empty";
}

/** A place for a copy, on the host of what it is of: there its backups are. */
export async function placeForCopy(
  database: Database,
  slots: Settings["slots"],
  { host, plan }: Pick<Selectable<TenantTable>, "host" | "plan">,
): Promise<Place | undefined> {
  // It is nobody's yet, and so beside all others there.
  const room = await roomFor(database, { id: "", host }, [plan]);
  return room.get(plan) === false
    ? undefined
    : (await freePlaces(database, slots)).find((place) => place.host === host);
}
