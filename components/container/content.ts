import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** A file that a hash is over, or that an image is built from. */
export interface ContentFile {
  /** Path in what it is part of, with slashes on every machine. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly source: string;
  readonly executable: boolean;
}

/**
 * First 12 hexadecimal digits of a hash over all files (path, executable bit, content) of some folders and over what
 * else decides the result.
 *
 * @param folders by the path that stands for them: folders, or the files that one would have.
 */
export function contentHash(
  folders: Readonly<Record<string, string | readonly ContentFile[]>>,
  settings: unknown,
): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const [prefix, folder] of Object.entries(folders)) {
    const files = typeof folder === "string" ? filesBelow(folder) : sortByPath(folder);
    for (const { path, source, executable } of files) {
      hash.update(JSON.stringify([prefix, path, executable])).update(readFileSync(source));
    }
  }
  return hash.digest("hex").slice(0, 12);
}

/** Files below a folder, in an order that every machine has. Compiled Python is no content. */
export function filesBelow(folder: string): ContentFile[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc"))
    .map((entry): ContentFile => {
      const source = join(entry.parentPath, entry.name);
      const path = relative(folder, source).split(sep).join("/");
      return { path, source, executable: (statSync(source).mode & 0o100) !== 0 };
    });
  return sortByPath(files);
}

function sortByPath(files: readonly ContentFile[]): ContentFile[] {
  return [...files].sort((one, other) => (one.path < other.path ? -1 : 1));
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
