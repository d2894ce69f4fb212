import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * First 12 hexadecimal digits of a hash over all files (path, executable bit, content) of some folders and over what
 * else decides the result.
 *
 * @param folders by the path that stands for them.
 */
export function contentHash(folders: Readonly<Record<string, string>>, settings: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const [prefix, folder] of Object.entries(folders)) {
    for (const file of filesBelow(folder)) {
      const executable = (statSync(join(folder, file)).mode & 0o100) !== 0;
      hash
        .update(JSON.stringify([prefix, file.split(sep).join("/"), executable]))
        .update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest("hex").slice(0, 12);
}

/** Files below a folder, relative to it, in a stable order. Compiled Python is no content. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/**
 * A path that means the same on every machine that has the project, where there is one around it: a state is shared by
 * machines.
 *
 * @param root the Pulumi project's folder, in which the engine of Pulumi and its plugins run; empty when there is none.
 */
export function portablePath(path: string, root: string): string {
  const fromRoot = relative(root, path);
  return root === "" || fromRoot.startsWith("..") ? path : `./${fromRoot.split(sep).join("/")}`;
}
