import { addAbortSignal, type Readable } from "node:stream";
import type Docker from "dockerode";
import { labelPrefix } from "../../fleet/labels";
import { stopGraceSeconds } from "../../fleet/security";

/** Label of the containers that a move makes and throws away: their own name. */
const moveLabel = `${labelPrefix}.move`;

/**
 * Runs a command in a container that runs; what it prints, in pieces.
 *
 * @param signal stops listening to it.
 * @throws with its complaints when it fails.
 */
export async function* output(
  container: Docker.Container,
  command: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const complaints: Buffer[] = [];
  const stream = (await exec.start({})) as unknown as Readable;
  if (signal) {
    addAbortSignal(signal, stream);
  }
  for await (const { isError, content } of frames(stream)) {
    if (isError) {
      complaints.push(content);
    } else {
      yield content;
    }
  }
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) {
    const why = Buffer.concat(complaints).toString().trim().slice(-2000);
    throw new Error(`${command[0]} ended with ${ExitCode}: ${why}`);
  }
}

/** Runs a command in a container that runs; all that it prints. */
export async function text(
  container: Docker.Container,
  command: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of output(container, command, signal)) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** The two streams of a command as the engine mixes them: a head of 8 bytes (which, and how long), then the content. */
async function* frames(stream: Readable): AsyncGenerator<{ isError: boolean; content: Buffer }> {
  const headLength = 8;
  let rest = Buffer.alloc(0);
  let isError = false;
  let left = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    while (left > 0 ? rest.length > 0 : rest.length >= headLength) {
      if (left === 0) {
        isError = rest[0] === 2;
        left = rest.readUInt32BE(4);
        rest = rest.subarray(headLength);
      } else {
        const content = rest.subarray(0, left);
        left -= content.length;
        rest = rest.subarray(content.length);
        yield { isError, content };
      }
    }
  }
}

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
    throw new Error(`the container ${name} isn't one of a move and was left alone: rename or remove it`);
  }
  await engine.getContainer(name).remove({ force: true, v: true });
}

/** Stops a container and waits for it; one that is stopped already, or isn't there, is fine. */
export async function stop(engine: Docker, name: string): Promise<void> {
  await engine.getContainer(name).stop({ t: stopGraceSeconds }).catch(ignoreAbsent);
}

/** For what may be gone (404) or already so (304). */
export function ignoreAbsent(error: { statusCode?: number }): undefined {
  if ([304, 404].includes(error.statusCode ?? 0)) {
    return undefined;
  }
  throw error as Error;
}
