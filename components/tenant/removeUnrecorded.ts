import type Docker from "dockerode";
import { ignoreAbsentOrGoing } from "../host/engineErrors";
import { resolveOwn, type RestoreSettings } from "../restore/ownTenant";

/**
 * Removes what a host has of a tenant that never served and that no state knows of: what a CLI that was killed had made and couldn't note any more. Its data goes,
 * too, so it is for a tenant that has none.
 *
 * @param settings as those of `createTenant`.
 * @param recorded ids in the tenant's state of what is left alone: of containers and networks, and names of volumes. Empty once the state is.
 * @returns names of what was removed.
 * @throws RefusedError naming every mistake in the settings.
 */
export async function removeUnrecorded(settings: RestoreSettings, recorded: ReadonlySet<string>): Promise<string[]> {
  const { fleet, tenant, engine } = resolveOwn(settings, true);
  const label = [`odoo-fleet.environment=${fleet.environment}`, `odoo-fleet.tenant=${tenant.name}`];
  const removed: string[] = [];
  // What uses others goes before them.
  for (const { name, id, remove } of await containersOf(engine, label)) {
    if (!recorded.has(id)) {
      await remove();
      removed.push(name);
    }
  }
  for (const { Id: id, Name: name } of await engine.listNetworks({ filters: { label } })) {
    if (!recorded.has(id)) {
      await engine.getNetwork(id).remove().catch(ignoreAbsentOrGoing);
      removed.push(name);
    }
  }
  for (const { Name: name } of (await engine.listVolumes({ filters: { label } })).Volumes) {
    if (!recorded.has(name)) {
      await engine.getVolume(name).remove().catch(ignoreAbsentOrGoing);
      removed.push(name);
    }
  }
  return removed;
}

async function containersOf(
  engine: Docker,
  label: string[],
): Promise<{ readonly name: string; readonly id: string; readonly remove: () => Promise<void> }[]> {
  const found = await engine.listContainers({ all: true, filters: { label } });
  return found.map(({ Id: id, Names: [name = id] }) => ({
    name: name.replace(/^\//, ""),
    id,
    remove: async () => {
      await engine.getContainer(id).remove({ force: true, v: true }).catch(ignoreAbsentOrGoing);
    },
  }));
}
