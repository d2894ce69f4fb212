import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes what a backend of files keeps of a stack that is gone: its history and the copies of its state, in which the secrets are that
 * opened its tenant's backups, encrypted.
 *
 * Of another backend the former versions are its own: it has to forget them by itself.
 *
 * @param url of the backend; undefined: Pulumi's own service, which forgets a stack with its history.
 */
export function forgetStates(url: string | undefined, project: string, stack: string): void {
  const folder = folderOf(url);
  if (folder === undefined) {
    return;
  }
  // `stack`, `stack.json`, `stack.json.bak` and whatever else begins so; an id has no dot in it.
  for (const kind of ["history", "backups", "stacks", join("locks", "organization")]) {
    const below = join(folder, kind, project);
    for (const name of namesIn(below).filter((one) => one === stack || one.startsWith(`${stack}.`))) {
      rmSync(join(below, name), { recursive: true });
    }
  }
}

/**
 * Mends what a full disk has left of a stack in a backend of files: a lock or a state that was cut off, by which every run of it would fail once there is room again. A
 * lock that can't be read is nobody's; in place of a state comes the copy that the CLI keeps of the one before, and one that never had any is begun anew. To be called
 * under the tenant's lock.
 */
export function mendStates(url: string | undefined, project: string, stack: string): void {
  const folder = folderOf(url);
  if (folder === undefined) {
    return;
  }
  const locks = join(folder, "locks", "organization", project, stack);
  for (const file of namesIn(locks).map((name) => join(locks, name))) {
    if (!isWhole(file)) {
      rmSync(file, { force: true });
    }
  }
  const state = join(folder, "stacks", project, `${stack}.json`);
  const former = `${state}.bak`;
  if (existsSync(state) && !isWhole(state)) {
    if (existsSync(former) && isWhole(former)) {
      copyFileSync(former, state);
    } else if (!existsSync(former) && readFileSync(state, "utf8") === "") {
      rmSync(state);
    }
  }
}

/** Whether a file is JSON. */
function isWhole(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return false;
    }
    // Released meanwhile.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return true;
    }
    throw error;
  }
}

/** Where a backend of files has its own; undefined: it is another one. */
function folderOf(url: string | undefined): string | undefined {
  if (url?.startsWith("file://") !== true) {
    return undefined;
  }
  const path = url.slice("file://".length).replace(/\?.*$/, "");
  return join(path.replace(/^~/, process.env["HOME"] ?? "~"), ".pulumi");
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return [];
    }
    throw error;
  }
}
