import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";

/**
 * The state of a tenant's own stack.
 *
 * @param isShown whether its secrets are in plain text. Default: they are encrypted.
 */
export function exportState(stack: Stack, isShown = false): Promise<string> {
  return run(stack, "export", ...(isShown ? ["--show-secrets"] : []));
}

/** Puts a state in the place of the one that is there. It passes through a file that only this user can read, and that is gone afterwards. */
export async function importState(stack: Stack, state: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-restore-"));
  try {
    const file = join(folder, "state.json");
    writeFileSync(file, state, { mode: 0o600 });
    await run(stack, "import", "--file", file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The SDK's own export and import have the secrets in plain text, and in a file that everybody can read. */
async function run({ name, workspace }: Stack, ...args: string[]): Promise<string> {
  const { pulumiCommand, pulumiHome, workDir, envVars } = workspace;
  const env = { ...process.env, ...(pulumiHome && { PULUMI_HOME: pulumiHome }), ...envVars };
  const command = ["stack", ...args, "--non-interactive", "--stack", name];
  return (await promisify(execFile)(pulumiCommand.command, command, { cwd: workDir, env, maxBuffer: 2 ** 28 })).stdout;
}
