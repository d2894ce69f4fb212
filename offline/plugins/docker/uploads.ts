/** Puts files into a container before it starts. */
import { readFileSync } from "node:fs";
import Docker from "dockerode";
import * as tar from "tar-stream";
import { objects, text } from "../framework/resource";
import { Properties, PropertyValue } from "../framework/values";
import { ask } from "./engine";

/** Modes of a file that has no `permissions`: the official plugin's. */
const defaultMode = { executable: 0o744, plain: 0o644 };

function contentOf(upload: Properties): Buffer {
  const given = ["content", "contentBase64", "source"].filter((name) => text(upload[name]) !== "");
  if (given.length > 1) {
    throw new Error("error with upload content: only one of 'content', 'content_base64', or 'source' can be set");
  }
  if (text(upload["content"]) !== "") return Buffer.from(text(upload["content"]), "utf8");
  if (text(upload["contentBase64"]) !== "") return Buffer.from(text(upload["contentBase64"]), "base64");
  const source = text(upload["source"]);
  if (source === "") {
    throw new Error("error with upload content: one of 'content', 'content_base64', or 'source' must be set");
  }
  try {
    return readFileSync(source);
  } catch (error) {
    throw new Error(`could not read file ${source}: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`);
  }
}

/** A user or group as a number; names are looked up on this machine, as the official plugin does. */
function numericId(value: PropertyValue | undefined, database: string): number {
  const name = text(value);
  if (name === "") return 0;
  if (/^\d+$/.test(name)) return Number(name);
  const line = readFileSync(database, "utf8")
    .split("\n")
    .find((candidate) => candidate.startsWith(`${name}:`));
  if (line === undefined)
    throw new Error(
      `there is no \`${name}\` in this machine's ${database}: use the number that it has in the container`,
    );
  return Number(line.split(":")[2]);
}

/** One file as a tar archive, under the given name. */
export async function archiveOf(upload: Properties, name: string): Promise<Buffer> {
  const permissions = text(upload["permissions"]);
  const mode =
    permissions !== ""
      ? parseInt(permissions, 8)
      : upload["executable"] === true
        ? defaultMode.executable
        : defaultMode.plain;
  const pack = tar.pack();
  const header = {
    name,
    mode,
    uid: numericId(upload["owner"], "/etc/passwd"),
    gid: numericId(upload["group"], "/etc/group"),
    mtime: new Date(),
  };
  pack.entry(header, contentOf(upload));
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Uploads every file, one after the other. Missing folders are made; the engine refuses any on a read-only root. */
export async function uploadAll(container: Docker.Container, inputs: Properties): Promise<void> {
  for (const upload of objects(inputs["uploads"])) {
    const archive = await archiveOf(upload, text(upload["file"]));
    await ask("Unable to upload volume content", () => container.putArchive(archive, { path: "/" }));
  }
}
