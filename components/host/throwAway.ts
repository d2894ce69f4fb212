import type Docker from "dockerode";
import { ignoreAbsent } from "./engineErrors";
import { labelPrefix } from "../../fleet/labels";
import { stopGraceSeconds } from "../../fleet/security";

/** Label of the containers that a move makes and throws away: their own name. */
const moveLabel = `${labelPrefix}.move`;

/** A container that is there for one piece of work. */
export interface ThrowAway {
  readonly name: string;
  readonly image: string;
  /** Volumes, as the engine writes them: `name:/path`. */
  readonly binds: readonly string[];
  /** More of its settings; without, it waits and runs what it is told. */
  readonly settings?: Docker.ContainerCreateOptions;
  readonly host?: Docker.HostConfig;
}

/** Makes a container without network and rights, has the work done in it, and removes it. */
export async function inThrowAway<T>(
  engine: Docker,
  wanted: ThrowAway,
  work: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  await removeThrowAway(engine, wanted.name);
  const container = await engine.createContainer({
    Image: wanted.image,
    Entrypoint: ["sleep", "infinity"],
    Cmd: [],
    ...wanted.settings,
    name: wanted.name,
    Labels: { [moveLabel]: wanted.name },
    HostConfig: {
      NetworkMode: "none",
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Init: true,
      Binds: [...wanted.binds],
      ...wanted.host,
    },
  });
  try {
    return await work(container);
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** Removes what an interrupted move left under a name; anything else that is called so is left alone and named. */
export async function removeThrowAway(engine: Docker, name: string): Promise<void> {
  const found = await engine.getContainer(name).inspect().catch(ignoreAbsent);
  if (found === undefined) {
    return;
  }
  if (found.Config.Labels[moveLabel] === undefined) {
    throw new Error(
      `the container ${name} wasn't created by the fleet's own tools and was not changed: rename or remove it`,
    );
  }
  await engine.getContainer(name).remove({ force: true, v: true });
}

/** Stops a container and waits for it; one that is stopped already, or isn't there, is fine. */
export async function stop(engine: Docker, name: string): Promise<void> {
  await engine.getContainer(name).stop({ t: stopGraceSeconds }).catch(ignoreAbsent);
}
