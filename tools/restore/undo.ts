import type Docker from "dockerode";
import { buildImages } from "../../components/host/buildImages";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { readyFormer } from "../../components/restore/readyFormer";
import { RestoreError, type Restorer } from "../../components/restore/restorer";
import { postgresDataLabel } from "../../components/tenant/dataLabel";
import type { CreatedTenant, Host } from "../../fleet/types";

/**
 * Makes the volumes that a tenant had before its last restore ready to be run on again, while it serves. What was written since the restore stays in
 * those that it runs on now.
 *
 * @param restorer whose `before` has the former volumes, and whose `after` is what it runs on.
 * @throws RestoreError where they aren't there, or are of another major version; the tenant is as it was then.
 */
export async function makeReady(restorer: Restorer, host: Host, tenant: CreatedTenant): Promise<void> {
  const { engine, before: former, say, signal } = restorer;
  await demandFormer(engine, former.names, tenant);
  const { postgres } = await buildImages(engine, host, tenant);
  say("making the volumes that it had before ready");
  await readyFormer({ engine, tenant, former, image: postgres, say, signal });
}

async function demandFormer(engine: Docker, names: CreatedTenant["names"], tenant: CreatedTenant): Promise<void> {
  for (const name of [names.databaseVolume, names.filestoreVolume]) {
    if ((await engine.getVolume(name).inspect().catch(ignoreAbsent)) === undefined) {
      throw new RestoreError(`the volume ${name}, which ${tenant.name} had before, isn't there. Nothing was changed.`);
    }
  }
  const { label, value } = postgresDataLabel(tenant);
  const { Labels: labels } = await engine.getVolume(names.databaseVolume).inspect();
  if (labels?.[label] !== undefined && labels[label] !== value) {
    throw new RestoreError(
      `${names.databaseVolume}, which ${tenant.name} had before, is of another major version of PostgreSQL (${labels[label]}) than is declared (${value}): ` +
        `there is no way back from an update to another major by this command, see docs/updates.md. Nothing was changed.`,
    );
  }
}
