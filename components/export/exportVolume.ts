import { createReadStream, statSync } from "node:fs";
import type Docker from "dockerode";
import { exportsFolder } from "../../fleet/security";
import { hostNamed } from "../../fleet/hostNamed";
import { engineClient } from "../host/engineClient";
import { execText } from "../host/engineExec";
import { tarOf } from "../host/tar";
import { inThrowAway } from "../host/throwAway";
import { type FleetSettings, resolveSettings } from "../run/fleetSettings";

/** Where the volume is. */
export interface ExportVolumePlace {
  readonly host: string;
  /** Name of the volume. */
  readonly volume: string;
  /** Name of the container that reads it; its image and its user own what is in there. */
  readonly reader: string;
}

/** Milliseconds for a short question to a container. */
const deadline = 120_000;

/** Files of exports in a volume that a portal's web process has, which itself can't write there. */
export class ExportVolume {
  private readonly engine: Docker;
  private last: Promise<unknown> = Promise.resolve();

  /** @param settings of the fleet that has the host. */
  constructor(
    settings: FleetSettings & { readonly environment: string },
    private readonly place: ExportVolumePlace,
  ) {
    const { fleet } = resolveSettings({ ...settings, tenants: {} });
    this.engine = engineClient(hostNamed(fleet, place.host));
  }

  /** Bytes that are left where it is. */
  async free(): Promise<number> {
    return this.with(async (container) =>
      Number((await ask(container, `df -B1 --output=avail ${exportsFolder} | tail -n 1`)).trim()),
    );
  }

  /**
   * Puts a file there, which has its name only once what arrived has its checksum.
   *
   * @param sha256 of its content, hexadecimal.
   * @throws where it arrives as something else; nothing of it is left then.
   */
  async put(name: string, file: string, sha256: string): Promise<void> {
    const part = `.${name}.part`;
    await this.with(async (container) => {
      const content = { bytes: statSync(file).size, stream: createReadStream(file) };
      try {
        await container.putArchive(tarOf([{ name: part, content }]), { path: exportsFolder });
        await execText(container, ["sh", "-c", putInPlace, "put", part, name, sha256]);
      } catch (error) {
        await ask(container, `rm -f ${exportsFolder}/"$1"`, part).catch(() => undefined);
        throw error;
      }
    });
  }

  /** Removes all that isn't named. */
  async keepOnly(names: readonly string[]): Promise<void> {
    await this.with((container) => ask(container, removeOthers, ...names));
  }

  /** One after the other, by a container of one name: what a process that was killed left goes by the next. */
  private with<T>(work: (container: Docker.Container) => Promise<T>): Promise<T> {
    const mine = this.last.then(() => this.inContainer(work));
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async inContainer<T>(work: (container: Docker.Container) => Promise<T>): Promise<T> {
    const { volume, reader } = this.place;
    const { Image: image, Config } = await this.engine.getContainer(reader).inspect();
    const wanted = {
      name: `${reader}-exports`,
      image,
      binds: [`${volume}:${exportsFolder}`],
      settings: { User: Config.User },
    };
    return inThrowAway(this.engine, wanted, async (container) => {
      await container.start();
      return work(container);
    });
  }
}

function ask(container: Docker.Container, script: string, ...args: string[]): Promise<string> {
  return execText(container, ["sh", "-c", script, "exports", ...args], AbortSignal.timeout(deadline));
}

const putInPlace = `cd ${exportsFolder} && echo "$3  $1" | sha256sum --check --quiet - && sync "$1" && mv "$1" "$2"`;

/** A part that somebody puts there now has the name of a file that is kept. */
const removeOthers = `cd ${exportsFolder} || exit 1
for file in .[!.]* *; do
  [ -e "$file" ] || continue
  own=\${file%.part}; own=\${own#.}
  for kept; do [ "$own" != "$kept" ] || continue 2; done
  rm -f -- "$file"
done`;
