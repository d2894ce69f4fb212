import { ignoreAbsent } from "../../components/host/engineErrors";
import { postgresImageSpec } from "../../components/host/imageSpec";
import { removeThrowAway } from "../../components/host/throwAway";
import { databaseThrowAway, restoreDatabase } from "../../components/restore/restorer";
import { showTime } from "../../components/restore/time";
import { createVolumes } from "../../components/tenant/createVolumes";
import { postgresDataLabel } from "../../components/tenant/dataLabel";
import type { DataVolume } from "../../components/tenant/dataVolumes";
import type { EscrowedKeys } from "../../fleet/escrow";
import type { Portal } from "../../fleet/portalTypes";
import { buildImage } from "../../components/host/buildImages";
import { clearCopies, copyBack } from "../../components/restore/offsite";
import type { RecoveryTools } from "./recovery";

/** The volumes that hold the portal's database and its backups, as `PortalStack` makes them. */
export function portalVolumes(portal: Portal): Record<"database" | "repository", DataVolume> {
  const { databaseVolume, repositoryVolume } = portal.names;
  return {
    database: { name: databaseVolume, service: "postgres", madeAs: postgresDataLabel(portal) },
    repository: { name: repositoryVolume, service: "backup" },
  };
}

/**
 * Brings the portal's database and its backups back into volumes as the program would make them, proven: who ordered what, and where it is. What an
 * interrupted run restored is thrown away; what it copied back is kept.
 */
export async function recoverPortal(
  { engine, environment, host, copies, at, signal }: RecoveryTools,
  portal: Portal,
  stackId: string,
  keys: EscrowedKeys,
  say: (text: string) => void,
): Promise<void> {
  const { database, repository } = portalVolumes(portal);
  await removeThrowAway(engine, databaseThrowAway(portal));
  await engine.getVolume(database.name).remove().catch(ignoreAbsent);
  await clearCopies(engine, portal);
  say("building its database's image");
  const spec = postgresImageSpec(portal.baseImages.postgres, portal.postgresVersion, "");
  await buildImage(engine, host, spec);
  await createVolumes(engine, environment, stackId, portal, [database, repository]);
  say("copying its backups back");
  const images = { postgres: spec.name };
  await copyBack(copies, { engine, host, tenant: portal, images, volume: repository.name, say, signal });
  say(`restoring ${at === undefined ? "the newest there is" : `what was there at ${showTime(at)}`}`);
  await restoreDatabase({ engine, before: portal, after: portal, keys, say, signal }, spec.name, at);
  signal.throwIfAborted();
}
