import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Program of Prometheus's or Alertmanager's package. */
export type Tool = "prometheus" | "promtool" | "alertmanager" | "amtool";

let folder: string | undefined;

/** Path of a program; the first call may have to unpack it. */
function toolPath(tool: Tool): string {
  folder ??= execFileSync("setup/prometheus-tools.sh", { encoding: "utf8" }).trim();
  return join(folder, tool);
}

/** How a program ended, and all that it said. */
export interface ToolResult {
  readonly code: number;
  readonly output: string;
}

/** Runs a program in a folder. */
export async function runTool(tool: Tool, args: readonly string[], cwd: string): Promise<ToolResult> {
  try {
    const { stdout, stderr } = await promisify(execFile)(toolPath(tool), [...args], { cwd, maxBuffer: 64 << 20 });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

/** Does something with a folder of files, which is removed afterwards. */
export async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "test-monrules-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), content);
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
