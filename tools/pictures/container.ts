import { execFile, spawn } from "node:child_process";
import { buffer, text } from "node:stream/consumers";
import { promisify } from "node:util";
import { pack } from "tar-stream";

const run = promisify(execFile);

/** A container for one picture. */
export interface PictureContainer {
  readonly image: string;
  readonly options: readonly string[];
  readonly command: readonly string[];
  /** Content by absolute path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Runs the docker command. @returns what it printed. @throws Error with what it complained of. */
export async function docker(...args: string[]): Promise<string> {
  return (await run("docker", args)).stdout.trim();
}

/** Makes a container with its files, and doesn't start it. @returns its id; removing it is the caller's business. */
export async function create({ image, options, command, files }: PictureContainer): Promise<string> {
  const id = await docker("create", "--label", "odoo-fleet.test=pictures", ...options, image, ...command);
  const archive = pack();
  for (const [path, content] of Object.entries(files)) {
    archive.entry({ name: path.slice(1), mode: 0o644 }, content);
  }
  archive.finalize();
  const copy = spawn("docker", ["cp", "-", `${id}:/`], { stdio: ["pipe", "ignore", "pipe"] });
  copy.stdin.end(await buffer(archive));
  const [complaint, code] = await Promise.all([
    text(copy.stderr),
    new Promise<number | null>((resolve) => copy.once("close", resolve)),
  ]);
  if (code !== 0) {
    throw new Error(`files could not be put into a container of ${image}: ${complaint}`);
  }
  return id;
}
