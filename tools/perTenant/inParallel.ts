import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/**
 * Stacks that are worked on side by side. One run of the CLI, its program and its plugins keep a processor and 300 MB busy on the machine that runs `make`,
 * and what they make keeps its host busy beside.
 */
const atOnce = 2;

/**
 * Does something with each, some at once.
 *
 * @param signal once it is aborted, nothing more is begun.
 * @returns what became of those that were begun, in their order.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && !signal.aborted) {
      const index = next++;
      results.set(index, await work(items[index]!));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return [...results].sort(([one], [other]) => one - other).map(([, result]) => result);
}

/** A program that has ended. */
export interface Ended {
  /** 1 where a signal ended it. */
  readonly code: number;
  /** Empty where it was shown. */
  readonly printed: string;
}

/**
 * Runs a program. Ctrl-C reaches it from the terminal; SIGTERM is passed on.
 *
 * @param output `show`: as it comes, by whole lines; `keep`: what it prints is returned, and its errors are shown; `own`: the terminal is its own.
 */
export function runProgram(
  [file, ...args]: readonly [string, ...string[]],
  output: "show" | "keep" | "own",
  signal: AbortSignal,
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: output === "own" ? "inherit" : ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...variables },
    });
    const passOn = (): boolean => signal.reason === "SIGTERM" && child.kill("SIGTERM");
    signal.addEventListener("abort", passOn, { once: true });
    let printed = "";
    if (output === "keep") {
      child.stdout?.setEncoding("utf8").on("data", (text: string) => (printed += text));
    } else {
      showLines(child.stdout, process.stdout);
    }
    showLines(child.stderr, process.stderr);
    child.once("error", reject);
    child.once("close", (code) => {
      signal.removeEventListener("abort", passOn);
      resolve({ code: code ?? 1, printed });
    });
  });
}

/** Passes whole lines on, so that those of two programs don't mix. */
function showLines(source: Readable | null, target: NodeJS.WritableStream): void {
  if (source) {
    createInterface({ input: source }).on("line", (line) => target.write(`${line}\n`));
  }
}
