import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type ContentFile, filesBelow } from "../container/content";

/** Age at which an unfinished folder is nobody's any more, milliseconds: staging takes seconds. */
const staleAfter = 3_600_000;

/**
 * A build has one context: what it is made of is put beside each other in a folder that is named by its content.
 *
 * The folder appears under its name when it is whole, and not before: a run that is killed, or another one that stages the
 * same content at the same time, never leaves half of it. What is found under the name is compared, not trusted.
 *
 * @returns the folder.
 */
export function stageContext(files: readonly ContentFile[], hash: string): string {
  const parent = resolve("build", "image-contexts");
  const target = join(parent, hash);
  mkdirSync(parent, { recursive: true });
  removeStale(parent);
  if (!isWhole(target, files)) {
    const partial = mkdtempSync(`${target}.partial-`);
    chmodSync(partial, 0o755);
    for (const { path, source, executable } of files) {
      const copy = join(partial, path);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(source, copy);
      chmodSync(copy, executable ? 0o755 : 0o644);
    }
    putInPlace(partial, target, files);
  }
  return target;
}

function putInPlace(partial: string, target: string, files: readonly ContentFile[]): void {
  // What is there under the name was left by something else, or is another process's that was quicker.
  if (existsSync(target) && !isWhole(target, files)) {
    const old = `${partial}-old`;
    renameSync(target, old);
    rmSync(old, { recursive: true, force: true });
  }
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!isWhole(target, files)) {
      throw error;
    }
  }
}

function isWhole(target: string, files: readonly ContentFile[]): boolean {
  if (!existsSync(target)) {
    return false;
  }
  const staged = new Map(filesBelow(target).map(({ path, source }) => [path, source]));
  return (
    staged.size === files.length &&
    files.every(({ path, source }) => {
      const copy = staged.get(path);
      return copy !== undefined && readFileSync(copy).equals(readFileSync(source));
    })
  );
}

function removeStale(parent: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.includes("."))) {
    const folder = join(parent, name);
    // Another process may have finished with it meanwhile.
    const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
    if (changed !== undefined && Date.now() - changed > staleAfter) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
