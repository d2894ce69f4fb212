import { sql, type Updateable } from "kysely";
import type { Database } from "../database/connect.ts";
import type { JobKind, TenantTable } from "../database/schema.ts";
import { provenDomains, releaseDomains } from "../domains/domains.ts";
import { type Phase, takeBack } from "../jobs/jobs.ts";
import { sleepAfterNow } from "../lifecycle/times.ts";
import { notePlan } from "../plans/resize.ts";
import { serveWaiting } from "../orders/slots.ts";
import type { Settings } from "../settings.ts";
import type { TenantSpec } from "./provisioner.ts";
import { copied, copyRemoved } from "./copyWork.ts";
import { exported, lastExport, tidyExports } from "./exportWork.ts";
import { linkOffered } from "./linkWork.ts";
import { restored, settled, undone } from "./restoreWork.ts";
import type { WorkerParts } from "./runJob.ts";

/** What was made of a tenant, and what is noted of it in the transaction that ends the job. */
export interface Outcome {
  readonly phase: Phase;
  /** To be called under `lockPlaces`. */
  readonly note: (transaction: Database, now: Date) => Promise<void>;
}

/** What a job works on. */
export interface Work {
  readonly tenant: string;
  readonly kind: JobKind;
  readonly report: (phase: Phase) => void;
  readonly signal: AbortSignal;
}

const dayMilliseconds = 86_400_000;

/** Does what a job is for. Asked again after a worker died in the middle of it, it goes on. */
export async function workOf(parts: WorkerParts, work: Work): Promise<Outcome> {
  const { provisioner, database } = parts;
  const { tenant, kind, report, signal } = work;
  switch (kind) {
    case "create": {
      const url = await provisioner.create(await specOf(database, tenant), report, signal);
      return made(parts.settings, tenant, url);
    }
    case "suspend":
    case "resume":
    case "wake":
      return brought(parts, work, kind === "resume" ? "running" : "suspended");
    case "domains":
      return atDomains(parts, work);
    case "resize":
      return resized(parts, work);
    case "restore":
      return restored(parts, work);
    case "undo":
      return undone(parts, work);
    case "settle":
      report("preparing");
      await settled(parts, tenant);
      return {
        phase: phaseOf((await isSuspended(database, tenant)) ? "suspended" : "running"),
        note: () => Promise.resolve(),
      };
    case "export":
      return exported(parts, work);
    case "password":
    case "login":
      return linkOffered(parts, work, kind);
    case "copy":
      return copied(parts, work);
    case "removeCopy":
      return copyRemoved(parts, work);
    case "remove":
      report("preparing");
      await provisioner.removeUnserved(await specOf(database, tenant));
      return {
        phase: "removed",
        note: (transaction) => takeBack(transaction, parts.settings, parts.queue, tenant),
      };
    case "delete":
      return deleted(parts, work);
    case "erase":
      return erased(parts, work);
  }
}

function made(settings: Settings, tenant: string, url: string): Outcome {
  return {
    phase: "ready",
    note: async (transaction, now) => {
      await transaction
        .updateTable("tenant")
        .set({ made_state: "running", url, ready_at: sql<Date>`coalesce(ready_at, now())` })
        .where("id", "=", tenant)
        .execute();
      await startTrial(transaction, settings, tenant, now);
    },
  };
}

/** A trial lasts from when it can be tried. */
async function startTrial(transaction: Database, settings: Settings, tenant: string, now: Date): Promise<void> {
  const order = await transaction
    .selectFrom("order")
    .select(["plan", "is_trial", "trial_days"])
    .where("tenant_id", "=", tenant)
    .executeTakeFirstOrThrow();
  const days = order.is_trial ? (order.trial_days ?? settings.plans[order.plan]?.trialDays ?? 0) : 0;
  if (days > 0) {
    await transaction
      .updateTable("tenant")
      .set({ trial_until: sql<Date>`coalesce(trial_until, ${new Date(now.getTime() + days * dayMilliseconds)})` })
      .where("id", "=", tenant)
      .execute();
  }
}

/** It is stopped, so that a visit wakes it or not, or runs. */
async function brought(
  { database, provisioner, now = () => new Date() }: WorkerParts,
  { tenant, report, signal }: Work,
  state: RunState,
): Promise<Outcome> {
  const spec = await specOf(database, tenant, now());
  await provisioner.bring(spec, state, report, signal);
  return {
    phase: phaseOf(state),
    note: (transaction) =>
      change(transaction, tenant, { made_state: state, woken_at: null, made_sleep_after: sleepAfterOf(spec, state) }),
  };
}

/** It is brought to the plan that is wanted now, and stays stopped if it is. One that failed left a part of it changed: the next one goes on. */
async function resized(
  { database, provisioner, now = () => new Date() }: WorkerParts,
  { tenant, report, signal }: Work,
): Promise<Outcome> {
  const { next_plan, made_state } = await database
    .selectFrom("tenant")
    .select(["next_plan", "made_state"])
    .where("id", "=", tenant)
    .executeTakeFirstOrThrow();
  const spec = await specOf(database, tenant, now());
  const plan = next_plan ?? spec.plan;
  const state = made_state ?? "running";
  await provisioner.bring({ ...spec, plan }, state, report, signal);
  return {
    phase: phaseOf(state),
    note: async (transaction, at) => {
      await notePlan(transaction, tenant, plan, at);
      await change(transaction, tenant, { made_sleep_after: sleepAfterOf(spec, state) });
    },
  };
}

/** It is served at the domains that are proven now, and stays stopped if it is. */
async function atDomains(
  { database, provisioner, now = () => new Date() }: WorkerParts,
  { tenant, report, signal }: Work,
): Promise<Outcome> {
  const spec = await specOf(database, tenant, now());
  const state = (await isSuspended(database, tenant)) ? "suspended" : "running";
  const url = await provisioner.bring(spec, state, report, signal);
  return {
    phase: phaseOf(state),
    note: (transaction) =>
      change(transaction, tenant, {
        ...{ made_domains: [...spec.domains], url },
        made_sleep_after: sleepAfterOf(spec, state),
      }),
  };
}

/** Its last export is there, its last backup is proven and nothing of it runs: its place is free, its address is held from now on. Its data is the next job's. */
async function deleted(parts: WorkerParts, work: Work): Promise<Outcome> {
  const { database, provisioner, settings, queue, now = () => new Date() } = parts;
  const { tenant, report, signal } = work;
  const spec = await specOf(database, tenant);
  // A plan that isn't sold any more keeps what was usual.
  const days = settings.plans[spec.plan]?.keepDays ?? 30;
  // To the end of a day in UTC, as the library keeps them.
  const lastDay = Math.floor(now().getTime() / dayMilliseconds) + days;
  const keepUntil = days > 0 ? new Date((lastDay + 1) * dayMilliseconds) : undefined;
  // No stack knows of what a restore has left.
  await settled(parts, tenant);
  const { delete_at } = await database
    .selectFrom("tenant")
    .select("delete_at")
    .where("id", "=", tenant)
    .executeTakeFirstOrThrow();
  const tell = await lastExport(parts, work, delete_at ?? now());
  await provisioner.decommission(
    spec,
    keepUntil && new Date(lastDay * dayMilliseconds).toISOString().slice(0, 10),
    report,
    signal,
  );
  return {
    phase: "deleted",
    note: async (transaction, at) => {
      await change(transaction, tenant, { deleted_at: at, keep_until: keepUntil ?? null, host: null, slot: null });
      await tell(transaction, at);
      await releaseDomains(transaction, tenant);
      await serveWaiting(transaction, settings.slots, queue);
    },
  };
}

/** Its data is removed, and, once their time is over, its backups with all that opens them. */
async function erased(parts: WorkerParts, work: Work): Promise<Outcome> {
  const { database, provisioner, now = () => new Date() } = parts;
  const { tenant, report, signal } = work;
  const { deleted_at, keep_until } = await database
    .selectFrom("tenant")
    .select(["deleted_at", "keep_until"])
    .where("id", "=", tenant)
    .executeTakeFirstOrThrow();
  if (deleted_at === null) {
    throw new Error(`tenant ${tenant} wasn't deleted; expected to erase only what was`);
  }
  const isOver = keep_until === null || keep_until <= now();
  // Since it was deleted, nobody can download any but the last.
  await tidyExports(parts);
  await provisioner.erase(tenant, isOver, report, signal);
  return {
    phase: "erased",
    note: (transaction, at) =>
      change(transaction, tenant, {
        data_erased_at: sql<Date>`coalesce(data_erased_at, ${at})` as unknown as Date,
        ...(isOver && { erased_at: at }),
      }),
  };
}

async function change(transaction: Database, tenant: string, to: Updateable<TenantTable>): Promise<void> {
  await transaction.updateTable("tenant").set(to).where("id", "=", tenant).execute();
}

async function isSuspended(database: Database, tenant: string): Promise<boolean> {
  const row = await database.selectFrom("tenant").select("made_state").where("id", "=", tenant).executeTakeFirst();
  return row?.made_state === "suspended";
}

type RunState = "running" | "suspended";

const phaseOf = (state: RunState): Phase => (state === "running" ? "ready" : "suspended");

/** What is noted of how a visit wakes a tenant that was brought to a state. */
const sleepAfterOf = ({ sleepAfter }: TenantSpec, state: RunState): number | null =>
  state === "suspended" ? (sleepAfter ?? null) : null;

/** What a tenant that has its place is made from. @param now by which it is judged whether a visit may wake it, of one that is suspended. Default: this moment. */
export async function specOf(database: Database, tenant: string, now = new Date()): Promise<TenantSpec> {
  const row = await database.selectFrom("tenant").selectAll().where("id", "=", tenant).executeTakeFirstOrThrow();
  const { id, address, company, plan, odoo_version: odooVersion, modules, host, slot, restored: number, copy_of } = row;
  if (host === null || slot === null) {
    throw new Error(`tenant ${id} has no place; expected a job only for one that has`);
  }
  const copyOf = copy_of === null ? undefined : await specOf(database, copy_of);
  const domains = await provenDomains(database, tenant);
  const sleepAfter = sleepAfterNow(row, now);
  return {
    ...{ id, address, company, plan, odooVersion, modules, host, slot, restored: number, domains },
    ...(sleepAfter !== null && { sleepAfter }),
    ...(copyOf && { copyOf }),
  };
}
