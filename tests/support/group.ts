import { type ChildProcess, spawn } from "node:child_process";

/** Result of a run of the Pulumi CLI. Colours are off; stdout and stderr are together, as a person sees them. */
export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A run that goes on: its process, what it has printed so far, and its end. */
export interface GroupRun {
  readonly process: ChildProcess;
  readonly printed: () => string;
  readonly done: Promise<CliResult>;
}

/**
 * Starts a command as the leader of a process group of its own: a test can interrupt it as a terminal would, with all its
 * children. `env` is beside the test's own environment.
 */
export function startGroup(
  command: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv },
): GroupRun {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const done = new Promise<CliResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, output }));
  });
  return { process: child, printed: () => output, done };
}
