import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { RestoreError } from "odoo-fleet";
import { exportDays, keptExports, lastSize } from "../exports/exports.ts";
import { leftIn, spared } from "../exports/files.ts";
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
  const { database, provisioner, exports } = parts;
  const { tenant, report, signal } = work;
  const wanted = await database
    .selectFrom("export")
    .select("id")
    .where("tenant_id", "=", tenant)
    .where("step", "in", ["asked", "failed"])
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!wanted) {
    throw new Error(`tenant ${tenant} has no export that is to be made`);
  }
  const { id } = wanted;
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
    return {
      phase: state === "running" ? "ready" : "suspended",
      note: async (transaction, now) => {
        await transaction
          .updateTable("export")
          .set({ step: "replaced" })
          .where("tenant_id", "=", tenant)
          .where("step", "=", "ready")
          .execute();
        await transaction
          .updateTable("export")
          .set({
            step: "ready",
            ready_at: now,
            until: new Date(now.getTime() + exportDays * dayMilliseconds),
            bytes: facts.bytes,
            sha256: facts.sha256,
          })
          .where("id", "=", id)
          .execute();
      },
    };
  } catch (error) {
    signal.throwIfAborted();
    await database.updateTable("export").set({ step: "failed" }).where("id", "=", id).execute();
    throw error;
  }
}

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
