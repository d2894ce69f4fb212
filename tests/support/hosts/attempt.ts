import { execFile } from "node:child_process";

/** Runs a program; exit code and what it printed, both streams together. Never throws for a failure of the program. */
export function attempt(
  file: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string; readonly seconds?: number } = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const { env, cwd, seconds = 300 } = options;
    execFile(file, args, { env, cwd, timeout: seconds * 1000, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: error ? (typeof error.code === "number" ? error.code : -1) : 0, output: stdout + stderr }),
    );
  });
}
