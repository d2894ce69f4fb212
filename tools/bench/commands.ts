import { type ChildProcess, spawn } from "node:child_process";

/** Milliseconds that a process has to end after it was asked to. */
const endGrace = 20_000;

const running = new Set<ChildProcess>();
let ending = false;

/** A command that failed, with the end of what it printed. */
export class CommandError extends Error {
  constructor(command: string, code: number | string | null, output: string) {
    super(`${command} ended with ${code}:\n${output.trim().split("\n").slice(-40).join("\n")}`);
  }
}

/**
 * Runs a command and returns what it printed to standard output.
 *
 * @param input what it reads; nothing by default.
 * @throws CommandError when it fails, or at once when the benchmark is ending.
 */
export async function run(
  command: string,
  args: readonly string[],
  { env = {}, input }: { env?: Record<string, string>; input?: string } = {},
): Promise<string> {
  if (ending) {
    throw new CommandError(command, "SIGINT", "the benchmark is ending");
  }
  // A group of its own: Ctrl-C on a terminal reaches the benchmark alone, which then decides the order.
  const child = spawn(command, args, { env: { ...process.env, ...env }, detached: true, stdio: "pipe" });
  running.add(child);
  let [output, everything] = ["", ""];
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString();
    everything += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => (everything += data.toString()));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input ?? "");
  try {
    const code = await new Promise<number | string | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode, signal) => resolve(exitCode ?? signal));
    });
    if (code !== 0) {
      throw new CommandError(`${command} ${args.slice(0, 3).join(" ")}`, code, everything);
    }
    return output;
  } finally {
    running.delete(child);
  }
}

/** Ends every command that runs, and lets none begin: Pulumi finishes the step it is at, so nothing is half made. */
export async function endCommands(): Promise<void> {
  ending = true;
  const ended = [...running].map((child) => new Promise((resolve) => child.once("close", resolve)));
  signalAll("SIGINT");
  const killer = setTimeout(() => signalAll("SIGKILL"), endGrace);
  await Promise.all(ended);
  clearTimeout(killer);
}

function signalAll(signal: NodeJS.Signals): void {
  for (const { pid } of running) {
    try {
      process.kill(-pid!, signal);
    } catch {
      // It has just ended by itself.
    }
  }
}
