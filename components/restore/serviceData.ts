import type Docker from "dockerode";
import { execText } from "../host/engineExec";
import { inThrowAway, type ThrowAway } from "../host/throwAway";
import { snapshotsNames } from "../../fleet/names";
import { repositoryFolder, servicesFolder } from "../../fleet/security";
import type { KeepingService } from "../../fleet/snapshots";

/** What a service's data is restored by. */
export interface ServiceData {
  readonly engine: Docker;
  readonly environment: string;
  /** Name of the image of what takes snapshots. */
  readonly image: string;
  readonly service: KeepingService;
  /** Name of the volume of what it keeps. Nothing may run on it. */
  readonly volume: string;
  /** Time that is restored, Unix seconds; undefined: the newest. */
  readonly at?: number;
  readonly signal: AbortSignal;
  /** More that it mounts. */
  readonly binds?: readonly string[];
  /** Readies the container, before it is started. */
  readonly prepare?: (container: Docker.Container) => Promise<unknown>;
}

/**
 * Puts what a service keeps back from a snapshot of it, as it was then; proven, before anything is replaced.
 *
 * @returns what was restored, for who watches.
 * @throws with the reason, when there is no such snapshot, or it isn't whole.
 */
export function restoreServiceData(data: ServiceData): Promise<string> {
  const { engine, environment, image, service, volume, at, signal, binds = [], prepare } = data;
  const { container: name, repositoryVolume } = snapshotsNames(environment);
  const wanted: ThrowAway = {
    name: `${name}-restore`,
    image,
    binds: [`${repositoryVolume}:${repositoryFolder}`, `${volume}:${servicesFolder}/${service}`, ...binds],
    settings: { User: "root" },
    // Files are given back to who had them.
    host: { CapAdd: ["CHOWN", "DAC_OVERRIDE", "FOWNER"], Memory: 512 * 2 ** 20 },
  };
  return inThrowAway(engine, wanted, async (container) => {
    await prepare?.(container);
    await container.start();
    const time = at === undefined ? [] : [Math.floor(at).toString()];
    return (await execText(container, ["odoo-fleet-snapshots", "restore", service, ...time], signal)).trim();
  });
}
