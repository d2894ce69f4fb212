import { buildImages } from "../../components/host/buildImages";
import { readyFormer } from "../../components/restore/readyFormer";
import type { Restorer } from "../../components/restore/restorer";
import type { CreatedTenant, Host } from "../../fleet/types";

/**
 * Makes the volumes that a tenant had before its last restore ready to be run on again.
 *
 * @param restorer whose `before` has the former volumes, and whose `after` is what it runs on.
 * @throws RestoreError as `readyFormer`.
 */
export async function makeReady(restorer: Restorer, host: Host, tenant: CreatedTenant): Promise<void> {
  const { engine, before: former, say, signal } = restorer;
  const image = async (): Promise<string> => (await buildImages(engine, host, tenant)).postgres;
  await readyFormer({ engine, tenant, former, image, say, signal });
}
