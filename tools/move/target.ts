import type Docker from "dockerode";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import { stackIdLabel } from "../../components/container/serviceContext";
import type { Tenant } from "../../fleet/types";
import { throwAways } from "./data";
import { removeThrowAway } from "../../components/host/throwAway";

/** Removes what a move left on the target before the switch. */
export async function clearTarget(engine: Docker, tenant: Tenant): Promise<void> {
  for (const name of Object.values(throwAways(tenant))) {
    await removeThrowAway(engine, name);
  }
  await removeVolumes(engine, tenant);
}

/**
 * Removes a tenant's data on an engine.
 *
 * @param stackId only volumes of this stack.
 * @throws where a container still uses it.
 */
export async function removeVolumes(engine: Docker, tenant: Tenant, stackId?: string): Promise<void> {
  for (const { name } of Object.values(dataVolumes(tenant))) {
    const found = await engine.getVolume(name).inspect().catch(ignoreAbsent);
    if (found && stackId !== undefined && found.Labels?.[stackIdLabel] !== stackId) {
      throw new Error(`the volume ${name} belongs to another stack and was not changed`);
    }
    await engine.getVolume(name).remove().catch(ignoreAbsent);
  }
}

/** Names of a tenant's containers on an engine, and whether all run, Odoo healthy. */
export async function tenantOn(
  engine: Docker,
  { names }: Tenant,
): Promise<{ readonly present: readonly string[]; readonly serves: boolean; readonly stackId?: string }> {
  const wanted = [names.postgres, names.odoo, names.nginx];
  const found = await Promise.all(wanted.map((name) => engine.getContainer(name).inspect().catch(ignoreAbsent)));
  const present = wanted.filter((_, index) => found[index] !== undefined);
  const serves = found.every((one) => one?.State.Running === true) && found[1]?.State.Health?.Status === "healthy";
  return { present, serves, stackId: found[1]?.Config.Labels[stackIdLabel] };
}
