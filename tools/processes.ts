import { hostname } from "node:os";

/** A process of some machine. */
export interface ProcessOf {
  readonly machine: string;
  readonly pid: number;
}

/** This process. */
export const thisProcess: ProcessOf = { machine: hostname(), pid: process.pid };

/** Whether it is another process of this machine than this one, and runs; of other machines nothing is known. */
export function isOtherAlive({ machine, pid }: ProcessOf): boolean {
  return machine === thisProcess.machine && pid !== thisProcess.pid && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
