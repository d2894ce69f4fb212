import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exitCodes, PreviewError } from "./exitCodes";

/**
 * Refuses a stack that another run has locked. A file backend lets a preview pass a lock, and what it would show is then
 * half of the other run's change.
 *
 * @param backend the backend's address; only a file backend's locks can be seen from here, others refuse themselves.
 */
export function refuseLocked(backend: string, stack: string): void {
  if (!backend.startsWith("file://")) {
    return;
  }
  const folder = join(fileURLToPath(backend.split("?")[0]!), ".pulumi", "locks", "organization", "odoo-fleet", stack);
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    const lock = JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid: number; hostname: string };
    if (lock.hostname !== hostname() || existsSync(`/proc/${lock.pid}`)) {
      throw new PreviewError(
        exitCodes.locked,
        `the stack ${stack} is locked by the run with process id ${lock.pid} on ${lock.hostname}: wait for it, or ` +
          `\`pulumi cancel\` if it is gone. Nothing was changed.`,
      );
    }
  }
}
