import { locksOf } from "../backendLocks";
import { exitCodes, PreviewError } from "./exitCodes";

/**
 * Refuses a stack that another run has locked. A file backend lets a preview pass a lock, and what it would show is then
 * half of the other run's change.
 *
 * @param backend the backend's address; only a file backend's locks can be seen from here, others refuse themselves.
 */
export function refuseLocked(backend: string, stack: string): void {
  const lock = locksOf(backend, stack).find(({ isStale }) => !isStale);
  if (lock) {
    throw new PreviewError(
      exitCodes.locked,
      `the stack ${stack} is locked by the run with process id ${lock.pid} on ${lock.hostname}: wait for it, or ` +
        `\`pulumi cancel\` if it is gone. Nothing was changed.`,
    );
  }
}
