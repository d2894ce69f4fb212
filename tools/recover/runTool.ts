import { spawn } from "node:child_process";

/**
 * Runs `tools/pulumi.sh`, which shows what it does; an interruption is passed on.
 *
 * @returns whether it ended well.
 */
export function runTool(args: readonly string[], signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn("tools/pulumi.sh", args, { stdio: ["ignore", "inherit", "inherit"] });
    const end = (): boolean => child.kill("SIGINT");
    signal.addEventListener("abort", end);
    child.on("error", reject);
    child.on("close", (code) => {
      signal.removeEventListener("abort", end);
      resolve(code === 0);
    });
  });
}
