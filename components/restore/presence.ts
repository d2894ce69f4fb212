import { stackIdLabel } from "../container/serviceContext";
import { ignoreAbsent } from "../host/engineErrors";
import { stackIdIn, volumesIn } from "./lostState";
import type { OwnTenant } from "./ownTenant";
import { ownVolumes, restoredTenant, RestoreError } from "./restorer";

/**
 * Whether the volumes with a tenant's data and backups are gone from its host. The state knows which there have to be, until a recovery has it forget them;
 * volumes that are there then are what the recovery made and hasn't proven.
 *
 * @param exported the state of its stack.
 * @throws RestoreError where only some are gone, or where one isn't of this stack: nobody knows then what is in it.
 */
export async function isDataLost(
  { engine, fleet: { environment }, tenant, host }: Pick<OwnTenant, "engine" | "fleet" | "tenant" | "host">,
  exported: string,
): Promise<boolean> {
  const stackId = stackIdIn(exported);
  const volumesOf = (generation: number): string[] => [
    ...ownVolumes(restoredTenant(environment, tenant, generation)),
    tenant.names.repositoryVolume,
  ];
  const known = volumesIn(exported, volumesOf(0));
  const missing: string[] = [];
  for (const volume of known.length > 0 ? known : volumesOf(tenant.restored)) {
    const found = await engine.getVolume(volume).inspect().catch(ignoreAbsent);
    if (found === undefined) {
      missing.push(volume);
    } else if (stackId === undefined || found.Labels?.[stackIdLabel] !== stackId) {
      throw new RestoreError(
        `${tenant.name} isn't lost, or not as a whole: host ${host.name} has the volume ${volume}, which isn't of its stack's state. If nothing in it is ` +
          `needed, as when it came to be after the host was lost, remove it: docker volume rm ${volume}. Nothing was changed.`,
      );
    }
  }
  if (missing.length > 0 && missing.length < known.length) {
    throw new RestoreError(
      `${tenant.name} isn't lost as a whole: host ${host.name} lacks ${missing.join(" and ")} alone. Remove what is left of it if nothing in it is needed, or restore it from that. Nothing was changed.`,
    );
  }
  return known.length === 0 || missing.length === known.length;
}
