import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** A process of some machine. */
export interface ProcessOf {
  readonly machine: string;
  readonly pid: number;
  /** What tells it from a later process with the same id: which start of the machine it is of, and when in it. Absent: it isn't known. */
  readonly started?: string;
}

/** This process. */
export const thisProcess: ProcessOf = of(hostname(), process.pid);

/** Whether it is another process of this machine than this one, and runs; of other machines nothing is known. */
export function isOtherAlive({ machine, pid, started }: ProcessOf): boolean {
  return (
    machine === thisProcess.machine &&
    pid !== thisProcess.pid &&
    isAlive(pid) &&
    (started === undefined || started === of(machine, pid).started)
  );
}

/**
 * Whether a process runs: one that has ended, and that nobody has asked for its end yet, doesn't.
 *
 * @param program what its own begins with, where Linux says it: another one has the id of one that is gone. Default: any.
 */
export function isAlive(pid: number, program = ""): boolean {
  const stat = statOf(pid);
  if (stat !== undefined) {
    return !/^[ZX]$/.test(stat.state) && stat.program.startsWith(program);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function of(machine: string, pid: number): ProcessOf {
  const stat = statOf(pid);
  return { machine, pid, ...(stat && { started: stat.started }) };
}

/** What Linux says of a process; undefined: it is gone, or the system is another one. Source: proc_pid_stat(5). */
function statOf(
  pid: number,
): { readonly program: string; readonly state: string; readonly started: string } | undefined {
  try {
    const [, program, rest] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))!;
    const fields = rest!.split(" ");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return { program: program!, state: fields[0]!, started: `${boot} ${fields[19]}` };
  } catch {
    return undefined;
  }
}
