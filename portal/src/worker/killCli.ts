import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds that a CLI that is told to end has for what it has begun: the rest of ten seconds is for those who look. */
const patience = 6000;

/**
 * Kills the CLI that this process runs on a stack, with the plugins that it started, once it was told to end and hasn't for six seconds: what it waits for may
 * never come. What it had made and couldn't note is for who called it to remove.
 *
 * @param signal by which it is told to end.
 * @param stack name of the stack.
 * @returns what ends the watch; to be called once the CLI has ended.
 */
export function killCliAfter(signal: AbortSignal, stack: string): () => void {
  let waiting: NodeJS.Timeout | undefined;
  const wait = (): void => {
    waiting = setTimeout(() => killClis(stack), patience);
  };
  signal.addEventListener("abort", wait, { once: true });
  return () => {
    signal.removeEventListener("abort", wait);
    clearTimeout(waiting);
  };
}

/** A process, as the kernel has it now. */
interface Running {
  readonly pid: number;
  readonly parent: number;
}

function killClis(stack: string): void {
  const all = running();
  const below = (parent: number): number[] =>
    all.filter((one) => one.parent === parent).flatMap(({ pid }) => [pid, ...below(pid)]);
  for (const { pid } of all.filter(({ pid: one, parent }) => parent === process.pid && isCliOf(one, stack))) {
    console.error(`the CLI at stack ${stack} didn't end within ${patience / 1000} s of being told to, and is killed`);
    // Its plugins would go on with what they were asked for.
    for (const victim of [pid, ...below(pid)]) {
      kill(victim);
    }
  }
}

function running(): Running[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // "PID (PROGRAM) STATE PARENT"; a program's name may hold blanks and brackets.
      const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(read(`/proc/${name}/stat`)) ?? [];
      return parent === undefined ? [] : [{ pid: Number(name), parent: Number(parent) }];
    });
}

function isCliOf(pid: number, stack: string): boolean {
  const words = read(`/proc/${pid}/cmdline`).split("\0");
  return words[words.indexOf("--stack") + 1] === stack && words.includes("--stack");
}

/** What a file of a process says; nothing, once it has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}
