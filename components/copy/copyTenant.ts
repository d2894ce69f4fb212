import type { Stack } from "@pulumi/pulumi/automation";
import { stackIdIn } from "../restore/lostState";
import type { RestoreWatch } from "../restore/ownStack";
import { exportState } from "../restore/ownState";
import type { RestoreSettings } from "../restore/ownTenant";
import { RestoreError } from "../restore/restorer";
import { resolveSettings } from "../run/fleetSettings";
import { declaredCopy } from "./declaredCopy";
import { fillCopy, fillingOf } from "./fill";

/**
 * Fills a copy of a tenant, or brings it anew, as `make copy` does: restored from that tenant's backups on their host, as it is now, into new volumes, without
 * a network; neutralised by the copy's own image, given an identity of its own, and proven. Source and copy serve meanwhile, and the source isn't touched. The new
 * volumes are those of its key `restored` and one more. To let it run on them, call `switchRestored` and apply `createTenant`, both with the new
 * number; `removeRestored` then removes what it had before. Killed at any moment, it is begun anew by the next call.
 *
 * @param settings of the copy, which says `copyOf`; the tenant that it is of is declared beside it.
 * @param stack of the copy, to which `createTenant` was applied once.
 * @returns the new number.
 * @throws RestoreError where it can't be: also that a module of the tenant's own can't be neutralised. Nothing is changed then, and nothing of it is left.
 * @throws RefusedError naming every mistake in the settings.
 */
export async function copyTenant(
  { tenant: name, ...declaration }: RestoreSettings,
  stack: Stack,
  { say = () => undefined, signal = new AbortController().signal }: RestoreWatch = {},
): Promise<number> {
  const { fleet } = resolveSettings(declaration);
  const found = declaredCopy(fleet, name);
  const stackId = stackIdIn(await exportState(stack));
  if (stackId === undefined) {
    throw new RestoreError(`the stack of ${name} was never brought up: apply createTenant first. Nothing was changed.`);
  }
  const { environment } = fleet;
  const filling = await fillingOf(found, { environment, stackId, at: undefined, say, signal });
  try {
    await fillCopy(filling);
  } catch (error) {
    signal.throwIfAborted();
    const left = found.copy.state === "unfilled" ? "has no data, as before" : "is as it was";
    throw new RestoreError(
      `${(error as Error).message}\n${name} wasn't filled: it ${left}, and ${found.source.name} wasn't touched.`,
    );
  }
  return found.copy.restored + 1;
}
