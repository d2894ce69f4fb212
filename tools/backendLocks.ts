import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isAlive } from "./processes";

/** A lock that a run holds, or left, on a stack. */
export interface BackendLock {
  readonly file: string;
  readonly pid: number;
  readonly hostname: string;
  /** The process that made it was one of this machine and is gone, and no other run of Pulumi has its id: nobody needs it. */
  readonly isStale: boolean;
}

/** Folder of a file backend with all that Pulumi keeps; undefined for a backend of another kind. */
export function stateFolder(backend: string): string | undefined {
  return backend.startsWith("file://") ? join(fileURLToPath(backend.split("?")[0]!), ".pulumi") : undefined;
}

/** The locks on a stack: a file backend keeps a file for each running update. None are seen in other backends. */
export function locksOf(backend: string, stack: string): BackendLock[] {
  const state = stateFolder(backend);
  const folder = state && join(state, "locks", "organization", "odoo-fleet", stack);
  if (folder === undefined || !existsSync(folder)) {
    return [];
  }
  return readdirSync(folder).map((name) => {
    const file = join(folder, name);
    const lock = JSON.parse(readFileSync(file, "utf8")) as { pid: number; hostname: string };
    return { ...lock, file, isStale: lock.hostname === hostname() && !isAlive(lock.pid, "pulumi") };
  });
}
