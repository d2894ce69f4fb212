import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ExportFacts, RestoreError } from "odoo-fleet";
import type { Database } from "../database/connect.ts";
import { exportDays, keptExports, lastExportDays, lastSize } from "../exports/exports.ts";
import { leftIn, spared } from "../exports/files.ts";
import { newId } from "../orders/identifiers.ts";
import type { WorkerParts } from "./runJob.ts";
import { type Outcome, specOf, type Work } from "./work.ts";

/** Where the web process finds the files of exports. */
export interface ExportPlace {
  /** Folder of this machine in which they are made, and stay where the web process reads it. */
  readonly folder: string;
  /** The volume that the web process has instead, on its host. */
  readonly volume?: ExportVolume | undefined;
}

/** A volume with files of exports, by their names. */
export interface ExportVolume {
  /** Bytes that are left where it is. */
  free(): Promise<number>;
  /** Puts a file there, under its name only once its content has this checksum. */
  put(name: string, file: string, sha256: string): Promise<void>;
  /** Removes all that isn't named. */
  keepOnly(names: readonly string[]): Promise<void>;
}

const dayMilliseconds = 86_400_000;

/** Milliseconds between two looks at what is left of the disk. */
const lookEvery = 2000;

/** Exports a tenant for its customer. Whatever fails, it is as it was. */
export async function exported(parts: WorkerParts, work: Work): Promise<Outcome> {
  const { database } = parts;
  const { tenant } = work;
  const wanted = await database
    .selectFrom("export")
    .select("id")
    .where("tenant_id", "=", tenant)
    .where("step", "in", ["asked", "failed"])
    .where("is_last", "=", false)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!wanted) {
    throw new Error(`tenant ${tenant} has no export that is to be made`);
  }
  const { id } = wanted;
  const { state, facts } = await make(parts, work, id);
  return {
    phase: state === "running" ? "ready" : "suspended",
    note: (transaction, now) => noteReady(transaction, { id, tenant, facts, until: inDays(now, exportDays) }, now),
  };
}

/**
 * Exports a tenant that is about to be deleted, once for each deletion: one that was made is kept, whatever becomes of the deletion's first try.
 *
 * @param deletion when its grace ended.
 * @returns what has its customer told of it, to be called once it is deleted.
 * @throws as `exported`; nothing of it goes then.
 */
export async function lastExport(
  parts: WorkerParts,
  work: Work,
  deletion: Date,
): Promise<(transaction: Database, now: Date) => Promise<void>> {
  const { database, exports, now = () => new Date() } = parts;
  const { tenant } = work;
  if (!exports) {
    // A portal by hand, without a place for them: nobody exports anything there.
    console.error(`tenant ${tenant} is deleted without a last export: PORTAL_EXPORTS names no folder`);
    return () => Promise.resolve();
  }
  const made = await database
    .selectFrom("export")
    .select(["id", "step"])
    .where("tenant_id", "=", tenant)
    .where("is_last", "=", true)
    .where("asked_at", ">=", deletion)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  const id = made?.id ?? newId();
  if (!made) {
    const row = { id, tenant_id: tenant, step: "asked", asked_at: now(), is_last: true } as const;
    await database.insertInto("export").values(row).execute();
  }
  if (made?.step !== "ready") {
    const facts = await makeLast(parts, work, id);
    if (facts === undefined) {
      return () => Promise.resolve();
    }
    // Before anything goes: a worker that dies afterwards couldn't make it again.
    const until = inDays(now(), lastExportDays);
    await database.transaction().execute((transaction) => noteReady(transaction, { id, tenant, facts, until }, now()));
  }
  return async (transaction, at) => {
    await transaction
      .updateTable("export")
      .set({ until: inDays(at, lastExportDays), to_be_told: true })
      .where("id", "=", id)
      .execute();
  };
}

/** @returns undefined where nothing can be exported: it was stopped for good before its first backup. */
async function makeLast(parts: WorkerParts, work: Work, id: string): Promise<ExportFacts | undefined> {
  try {
    return (await make(parts, work, id)).facts;
  } catch (error) {
    const known = await parts.database
      .selectFrom("backup_fact")
      .select("from_at")
      .where("tenant_id", "=", work.tenant)
      .executeTakeFirst();
    if (!(error instanceof RestoreError) || known?.from_at) {
      throw error;
    }
    console.error(`tenant ${work.tenant} is deleted without a last export, as it has no backup yet: ${error.message}`);
    return undefined;
  }
}

/** Makes the file of an export that was asked for. */
async function make(
  { database, provisioner, exports }: WorkerParts,
  { tenant, report, signal }: Work,
  id: string,
): Promise<{ readonly state: "running" | "suspended"; readonly facts: ExportFacts }> {
  const made = await database.selectFrom("tenant").select("made_state").where("id", "=", tenant).executeTakeFirst();
  const state = made?.made_state ?? "running";
  report("preparing");
  // Of one that failed, what is made is kept from now on, too.
  await database.updateTable("export").set({ step: "asked" }).where("id", "=", id).execute();
  try {
    if (!exports) {
      throw new RestoreError("exports have no place here: the worker's settings have no `exports`");
    }
    mkdirSync(exports.folder, { recursive: true, mode: 0o700 });
    const file = join(exports.folder, fileOf(id));
    // Of a worker that died after it was whole; nobody was told of it.
    rmSync(file, { force: true });
    const needed = await lastSize(database, tenant);
    await demandRoom(exports, needed);
    report("restoring");
    const spec = await specOf(database, tenant);
    const packing = (): void => report("packing");
    const facts = await withRoom(exports.folder, signal, (either) =>
      provisioner.export(spec, state, file, packing, either),
    );
    if (exports.volume) {
      await demandRoom(exports, facts.bytes);
      await exports.volume.put(fileOf(id), file, facts.sha256);
      rmSync(file);
    }
    return { state, facts };
  } catch (error) {
    signal.throwIfAborted();
    await database.updateTable("export").set({ step: "failed" }).where("id", "=", id).execute();
    throw error;
  }
}

/** Notes that an export can be downloaded, in place of those before it. */
async function noteReady(
  transaction: Database,
  {
    id,
    tenant,
    facts,
    until,
  }: { readonly id: string; readonly tenant: string; readonly facts: ExportFacts; readonly until: Date },
  now: Date,
): Promise<void> {
  await transaction
    .updateTable("export")
    .set({ step: "replaced" })
    .where("tenant_id", "=", tenant)
    .where("step", "=", "ready")
    .execute();
  await transaction
    .updateTable("export")
    .set({ step: "ready", ready_at: now, until, bytes: facts.bytes, sha256: facts.sha256 })
    .where("id", "=", id)
    .execute();
}

const inDays = (now: Date, days: number): Date => new Date(now.getTime() + days * dayMilliseconds);

/** Removes the files of exports that can't be downloaded any more, and what killed workers left. */
export async function tidyExports({
  database,
  exports,
  now = () => new Date(),
}: Pick<WorkerParts, "database" | "exports" | "now">): Promise<void> {
  if (!exports) {
    return;
  }
  const kept = await keptExports(database, now());
  const names = new Set(kept.map(fileOf));
  for (const name of existsSync(exports.folder) ? readdirSync(exports.folder) : []) {
    // A part has the name of its file, between a dot and an ending.
    if (!names.has(name) && !names.has(name.replace(/^\.(.*)\.part$/, "$1"))) {
      rmSync(join(exports.folder, name), { force: true });
    }
  }
  await exports.volume?.keepOnly([...names]);
}

/** Name of an export's file. */
function fileOf(id: string): string {
  return `${id}.zip`;
}

async function demandRoom({ folder, volume }: ExportPlace, bytes: number): Promise<void> {
  const [here, there] = await Promise.all([leftIn(folder), volume?.free() ?? Infinity]);
  if (Math.min(here, there) < bytes + spared) {
    throw new RestoreError(
      `there is too little room for an export of ${bytes} bytes, with ${spared} to spare: ${here} bytes are left in ${folder}` +
        (volume ? `, and ${there} where the portal has them` : ""),
    );
  }
}

/** Ends it before it has filled the disk: how large it gets is known by its end alone. */
async function withRoom<Result>(
  folder: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const full = new AbortController();
  const looking = setInterval(() => {
    leftIn(folder).then(
      (left) =>
        left < spared && full.abort(new RestoreError(`the export was ended: only ${left} bytes are left in ${folder}`)),
      (error: unknown) => full.abort(error),
    );
  }, lookEvery);
  try {
    return await work(AbortSignal.any([signal, full.signal]));
  } catch (error) {
    throw full.signal.aborted && !signal.aborted ? full.signal.reason : error;
  } finally {
    clearInterval(looking);
  }
}
