import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseFleet } from "../../fleet";
import type { Fleet } from "../../fleet/types";
import { configOfFile } from "../stackFile";

/** What a run of the CLI left. */
export interface CliRun {
  readonly code: number;
  /** The stream of events. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pulumi preview` and takes its events. They hold the plan only: a preview changes nothing. */
export async function runPreview(stack: string, configFile: string, args: readonly string[]): Promise<CliRun> {
  const child = spawn(
    "pulumi",
    ["preview", "--json", "--non-interactive", "--stack", stack, "--config-file", configFile, ...args],
    { env: { ...process.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (data: Buffer) => stdout.push(data));
  child.stderr.on("data", (data: Buffer) => stderr.push(data));
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve(exitCode ?? 1));
  });
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** The fleet as it is declared; undefined when that is refused, which the preview reports. */
export function declaredFleet(stack: string, configFile: string): Fleet | undefined {
  const { config = {} } = (parse(readFileSync(configFile, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  const result = parseFleet(configOfFile(config), stack);
  return result.ok ? result.fleet : undefined;
}
