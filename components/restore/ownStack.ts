import type { Stack } from "@pulumi/pulumi/automation";
import type Docker from "dockerode";
import { obstacleToRunning } from "../../fleet/lifecycle/obstacleToRunning";
import type { RunningTenant, Tenant } from "../../fleet/types";
import { ignoreAbsent } from "../host/engineErrors";
import { imageSpecs } from "../host/imageSpec";
import { clear, flush, removeOwn, restore, restoredTenant, RestoreError, stackIdOf } from "./restorer";
import { readyFormer } from "./readyFormer";
import { exportState, importState } from "./ownState";
import { resolveOwn, type RestoreSettings } from "./ownTenant";
import { withRenamedVolumes } from "./restoredState";
import { showTime } from "./time";

/** How a step of a restore is followed and ended. */
export interface RestoreWatch {
  /** Told what is being done and was found, a line at a time; it may name hosts. Default: nobody is. */
  readonly say?: (text: string) => void;
  /** Ends it; then it throws what the signal says, and what it made is gone. Default: it comes to its end. */
  readonly signal?: AbortSignal;
}

/**
 * Restores a tenant that `createTenant` made in a stack of its own, as `make restore` does: into new volumes, without a network, proven,
 * while it goes on serving. The new volumes are those of its key `restored` and one more. To let it run on them, call
 * `switchRestored` and apply `createTenant`, both with the new number. The former volumes stay until `removeRestored`, and `undoRestore` leads back to them. Killed at any moment, it is begun anew by the next call.
 *
 * @param at the moment, which is over; undefined: the newest that there is.
 * @returns the new number.
 * @throws RestoreError where it can't be, or what was restored isn't whole; nothing is changed then, and nothing of it is left.
 * @throws RefusedError naming every mistake in the settings.
 */
export async function restoreTenant(
  settings: RestoreSettings,
  at: Date | undefined,
  { say = () => undefined, signal = new AbortController().signal }: RestoreWatch = {},
): Promise<number> {
  const { fleet, tenant, engine } = resolveOwn(settings);
  demandRunning(tenant);
  if (at !== undefined && at > new Date()) {
    throw new RestoreError(`${at.toISOString()} is in the future. Nothing was changed.`);
  }
  const generation = tenant.restored + 1;
  const of = (number: number): Tenant => restoredTenant(fleet.environment, tenant, number);
  const restorer = {
    ...{ engine, environment: fleet.environment, say, signal },
    ...{ before: of(tenant.restored), after: of(generation) },
  };
  const images = await imagesOf(engine, tenant);
  const stackId = await stackIdOf(engine, tenant);
  await clear(restorer);
  try {
    await flush(restorer);
    const seconds = at && at.getTime() / 1000;
    say(`restoring ${seconds === undefined ? "the newest there is" : `what was there at ${showTime(seconds)}`}`);
    await restore(restorer, images, stackId, seconds);
    signal.throwIfAborted();
  } catch (error) {
    await clear(restorer);
    signal.throwIfAborted();
    throw new RestoreError(`${(error as Error).message}\nNothing was restored: ${tenant.name} is as it was.`);
  }
  return generation;
}

/**
 * Makes the volumes that a tenant had before its last restore ready to be run on again. It goes on serving meanwhile; then `switchRestored` and
 * `createTenant` follow, with the former number. What was written since the restore is in the later volumes alone. Done twice, it is as
 * done once.
 *
 * @param settings with the `restored` that it runs on.
 * @returns the former number.
 * @throws RestoreError where the former volumes aren't there, or can't be made ready; the tenant is as it was then.
 */
export async function undoRestore(
  settings: RestoreSettings,
  { say = () => undefined, signal = new AbortController().signal }: RestoreWatch = {},
): Promise<number> {
  const { fleet, tenant, engine } = resolveOwn(settings);
  demandRunning(tenant);
  if (tenant.restored === 0) {
    throw new RestoreError(`${tenant.name} has no volumes of before a restore. Nothing was changed.`);
  }
  const former = restoredTenant(fleet.environment, tenant, tenant.restored - 1);
  const image = async (): Promise<string> => (await imagesOf(engine, tenant)).postgres;
  await readyFormer({ engine, tenant, former, image, say, signal });
  return tenant.restored - 1;
}

/**
 * Removes the volumes of another restore than the one that a tenant runs on, with all that is in them, or those that a copy had before it was
 * brought anew, with its backups. Done twice, it is as done once.
 *
 * @param generation their number; 0: those that it was made with.
 * @throws RestoreError for those that it runs on; and where a container still uses one.
 */
export async function removeRestored(settings: RestoreSettings, generation: number): Promise<void> {
  const { fleet, tenant, engine } = resolveOwn(settings, true);
  if (generation === tenant.restored) {
    throw new RestoreError(`${tenant.name} runs on the volumes of ${generation}. Nothing was removed.`);
  }
  await removeOwn(engine, restoredTenant(fleet.environment, tenant, generation));
}

/**
 * Tells the state of a tenant's own stack that its volumes are those of its key `restored`: the next `up` replaces what mounts them, and neither
 * makes nor removes one. Secrets stay encrypted, also in the file by which Pulumi is told. Done twice, it is as done once.
 *
 * @param stack of the tenant; nothing else runs on it meanwhile.
 */
export async function switchRestored(settings: RestoreSettings, stack: Stack): Promise<void> {
  const exported = await exportState(stack);
  const wanted = restoredState(settings, exported);
  // Of one that was interrupted after that, the state is left alone: its `up` may have changed it since.
  if (wanted !== JSON.stringify(JSON.parse(exported))) {
    await importState(stack, wanted);
  }
}

/** What an exported state becomes. */
function restoredState(settings: RestoreSettings, exported: string): string {
  const { fleet, tenant } = resolveOwn(settings, true);
  const { environment } = fleet;
  const first = restoredTenant(environment, tenant, 0).names.databaseVolume;
  const text = JSON.stringify(JSON.parse(exported));
  const found = new RegExp(`"id":"${first}(?:-(\\d+))?"`).exec(text);
  const before = restoredTenant(environment, tenant, Number(found?.[1] ?? 0));
  return withRenamedVolumes(text, before, restoredTenant(environment, tenant, tenant.restored));
}

/** Demands that a tenant runs, and goes on to for a while. */
function demandRunning(tenant: Tenant): asserts tenant is RunningTenant {
  const obstacle = obstacleToRunning(tenant);
  if (tenant.state !== "running" || obstacle !== undefined) {
    throw new RestoreError(`${obstacle}. Nothing was changed.`);
  }
}

/** The images that the tenant runs on. */
async function imagesOf(engine: Docker, tenant: RunningTenant): Promise<{ postgres: string; odoo: string }> {
  const { postgres, odoo } = imageSpecs(tenant, "");
  for (const { name } of [postgres, odoo]) {
    if ((await engine.getImage(name).inspect().catch(ignoreAbsent)) === undefined) {
      throw new RestoreError(
        `${tenant.name} isn't as it is declared: its image ${name} isn't on its host. Apply createTenant first. Nothing was changed.`,
      );
    }
  }
  return { postgres: postgres.name, odoo: odoo.name };
}
