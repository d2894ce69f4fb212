import { readdirSync, rmSync } from "node:fs";
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
  if (url?.startsWith("file://") !== true) {
    return;
  }
  const path = url.slice("file://".length).replace(/\?.*$/, "");
  const folder = join(path.replace(/^~/, process.env["HOME"] ?? "~"), ".pulumi");
  // `stack`, `stack.json`, `stack.json.bak` and whatever else begins so; an id has no dot in it.
  for (const kind of ["history", "backups", "stacks", join("locks", "organization")]) {
    const below = join(folder, kind, project);
    for (const name of namesIn(below).filter((one) => one === stack || one.startsWith(`${stack}.`))) {
      rmSync(join(below, name), { recursive: true });
    }
  }
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
