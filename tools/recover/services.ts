import { buildImage } from "../../components/host/buildImages";
import { snapshotsImageSpec } from "../../components/host/imageSpec";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { tarOf } from "../../components/host/tar";
import { inThrowAway } from "../../components/host/throwAway";
import { fetchCopies } from "../../components/restore/offsite";
import type { RecoveryTools } from "../../components/restore/recoverData";
import { restoreServiceData } from "../../components/restore/serviceData";
import { createVolumes } from "../../components/tenant/createVolumes";
import type { DataVolume } from "../../components/tenant/dataVolumes";
import type { EscrowedKeys } from "../../fleet/escrow";
import { snapshotsNames, snapshotsRepository } from "../../fleet/names";
import { configFolder, repositoryFolder, snapshotsService } from "../../fleet/security";
import { type KeepingService, keptVolumes } from "../../fleet/snapshots";
import type { Fleet, Host } from "../../fleet/types";

/** The volumes of what a host's services keep, with their snapshots, as the program makes them. */
export function serviceVolumes(fleet: Fleet, host: Host): { repository: DataVolume; kept: readonly DataVolume[] } {
  return {
    repository: { name: snapshotsNames(fleet.environment).repositoryVolume, service: snapshotsService },
    kept: Object.entries(keptVolumes(fleet, host)).map(([service, name]) => ({ name, service })),
  };
}

/**
 * Brings back what the services of a host kept: certificates, silences, dashboards. What of it isn't there, or isn't whole, begins anew, and is told
 * of: no tenant waits for it.
 */
export async function recoverServices(
  tools: RecoveryTools,
  fleet: Fleet,
  { stackId, keys, say }: { stackId: string; keys: EscrowedKeys; say: (text: string) => void },
): Promise<void> {
  const { engine, environment, host, copies, at, signal } = tools;
  const { repository, kept } = serviceVolumes(fleet, host);
  const { container } = snapshotsNames(environment);
  say("building the image of their snapshots");
  const image = snapshotsImageSpec(host.images, "");
  await buildImage(engine, host, image);
  await createVolumes(engine, environment, stackId, { sharedOn: host.name }, [repository]);
  // First mounted by an image that has the folder, the volume takes over who may enter it.
  const first = { name: `${container}-restore`, image: image.name, binds: [`${repository.name}:${repositoryFolder}`] };
  await inThrowAway(engine, first, (made) => made.start());
  say("copying their snapshots back");
  const tenant = { name: snapshotsRepository(host.name), names: { backup: container } };
  try {
    await fetchCopies(copies, { engine, host, tenant, volume: repository.name, say, signal }, ["files"]);
  } catch (error) {
    signal.throwIfAborted();
    await engine.getVolume(repository.name).remove().catch(ignoreAbsent);
    say(`they begin anew: ${(error as Error).message}`);
    return;
  }
  await createVolumes(engine, environment, stackId, { sharedOn: host.name }, kept);
  for (const { name: volume, service } of kept) {
    const restored = restoreServiceData({
      ...{ engine, environment, image: image.name, service: service as KeepingService, volume, at, signal },
      prepare: async (made) => {
        const password = { name: `${configFolder.slice(1)}/restic-password`, content: keys.filesKey };
        await made.putArchive(tarOf([password]), { path: "/" });
      },
    });
    say(
      await restored.catch((error: Error) => {
        signal.throwIfAborted();
        return `${service} begins anew: ${error.message}`;
      }),
    );
  }
}
