/** Finds images in the engine, and pulls what isn't there. */
import Docker from "dockerode";
import { Operation } from "../framework/resource";
import { ask, askIfFound, engineMessage } from "./engine";

/** The image as the engine has it, or nothing. */
export async function inspectImage(engine: Docker, name: string): Promise<Docker.ImageInspectInfo | undefined> {
  return askIfFound("unable to inspect Docker image", () => engine.getImage(name).inspect());
}

interface Message {
  status?: string;
  stream?: string;
  error?: string;
  aux?: { ID?: string };
}

/** Follows the messages of a pull or build to its end; the last is handed to `onMessage` before the promise resolves. */
export async function follow(
  engine: Docker,
  stream: NodeJS.ReadableStream,
  onMessage: (message: Message) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const modem = engine.modem as {
      followProgress: (
        stream: NodeJS.ReadableStream,
        end: (error: Error | null) => void,
        event: (message: Message) => void,
      ) => void;
    };
    modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)), onMessage);
  });
}

/** A pull needs a tag: without one the engine would fetch every tag of the repository. */
function withTag(name: string): string {
  return name.includes("@") || /:[^/]+$/.test(name) ? name : `${name}:latest`;
}

async function pull(engine: Docker, name: string, platform: string, { progress, signal }: Operation): Promise<void> {
  const options = { ...(platform !== "" && { platform }), abortSignal: signal };
  try {
    const stream = await engine.pull(withTag(name), options);
    await follow(engine, stream, (message) => {
      if (message.error !== undefined) throw new Error(message.error);
      if (message.status !== undefined) progress(`pulling ${name}: ${message.status}`);
    });
  } catch (error) {
    throw new Error(`unable to pull image ${name}: error pulling image ${name}: ${engineMessage(error)}`);
  }
}

/** The image, pulled if it isn't there. Errors say which image and what the engine answered. */
export async function findImage(
  engine: Docker,
  name: string,
  platform: string,
  operation: Operation,
): Promise<Docker.ImageInspectInfo> {
  if (name === "") throw new Error("empty image name is not allowed");
  const local = await inspectImage(engine, name);
  if (local !== undefined) return local;
  await pull(engine, name, platform, operation);
  const pulled = await inspectImage(engine, name);
  if (pulled === undefined) throw new Error(`unable to find or pull image ${name}`);
  return pulled;
}

/** The digest under which the image's repository knows it; empty for one that was never pushed or pulled. */
export function repoDigest(name: string, image: Docker.ImageInspectInfo): string {
  const repository = name.replace(/@.*$/, "").replace(/:[^/:]+$/, "");
  const digests = image.RepoDigests ?? [];
  return digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0] ?? "";
}

/** Adds a further name to an image. */
export async function tagImage(engine: Docker, name: string, tag: string): Promise<void> {
  const at = /^(.*?)(?::([^/:]+))?$/.exec(tag);
  const target = { repo: at?.[1] ?? tag, tag: at?.[2] ?? "latest" };
  await ask(`unable to tag image ${name} as ${tag}`, () => engine.getImage(name).tag(target));
}
