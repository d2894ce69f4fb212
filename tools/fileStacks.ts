import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { stateFolder } from "./backendLocks";

/**
 * Names of a project's stacks in a backend of files on this machine, from the names of these files: the CLI reads every state for it, which takes ten seconds for a thousand.
 *
 * @returns undefined: it is a backend of another kind, or has nothing of the project yet; the CLI knows.
 */
export function namesInFiles(backend: string, project: string): string[] | undefined {
  const state = stateFolder(backend);
  const folder = state && join(state, "stacks", project);
  return folder === undefined || !existsSync(folder)
    ? undefined
    : readdirSync(folder).flatMap((file) => /^(.+)\.json(?:\.gz)?$/.exec(file)?.[1] ?? []);
}

/** When the state of such a stack was last written; another time and size after each write. Undefined: it is gone. */
export function writtenInFiles(backend: string, project: string, stack: string): string | undefined {
  const file = join(stateFolder(backend)!, "stacks", project, `${stack}.json`);
  const stats = [file, `${file}.gz`].map((one) => statSync(one, { throwIfNoEntry: false })).find((one) => one);
  return stats && `${stats.mtimeMs}/${stats.size}`;
}
