/** Stacks for tests of the stand-ins: the real Pulumi CLI, a file backend in a temporary folder, the stand-ins on PATH. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import * as automation from "@pulumi/pulumi/automation";

const repository = path.resolve(__dirname, "../..");

/** A temporary folder with a backend, and the environment to use it. */
export interface Backend {
  folder: string;
  env: Record<string, string>;
}

/** Makes a backend and compiles the stand-ins, if they changed. */
export function makeBackend(): Backend {
  execFileSync(
    process.execPath,
    [require.resolve("typescript/bin/tsc"), "-p", path.join(repository, "offline/tsconfig.json")],
    {
      stdio: "inherit",
    },
  );
  const folder = mkdtempSync(path.join(tmpdir(), "odoo-fleet-plugins-"));
  mkdirSync(path.join(folder, "state"));
  const cache = process.env["ODOO_FLEET_CACHE"] ?? path.join(homedir(), ".cache/odoo-fleet");
  const env = {
    PATH: [path.join(repository, "offline/bin"), path.join(cache, "bin"), process.env["PATH"]].join(path.delimiter),
    PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}?metadata=skip`,
    PULUMI_HOME: path.join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "only-for-this-test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  // The Automation API looks for the CLI on the test's own PATH.
  process.env["PATH"] = env.PATH;
  return { folder, env };
}

/** Removes a backend and all that is in it. */
export function removeBackend({ folder }: Backend): void {
  rmSync(folder, { recursive: true, force: true });
}

/** A stack of the backend that runs the given program. */
export async function makeStack(
  { env, folder }: Backend,
  name: string,
  program: automation.PulumiFn,
): Promise<automation.Stack> {
  const workDir = path.join(folder, name);
  mkdirSync(workDir, { recursive: true });
  return automation.LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: "plugins-test", program },
    { envVars: env, workDir },
  );
}

/** The stack's state as it lies on the disk. */
export function stateFile({ folder }: Backend, name: string): string {
  return readFileSync(path.join(folder, "state/.pulumi/stacks/plugins-test", `${name}.json`), "utf8");
}

/** How often each operation was done, as in `{ create: 2, same: 1 }`. */
export function changesOf(result: automation.UpResult): Record<string, number> {
  return { ...result.summary.resourceChanges };
}

/** Options for an `up` whose output is compared. */
export const upOptions: automation.UpOptions = { color: "never", suppressProgress: true };

/** The same with a refresh before it. */
export const refreshed: automation.UpOptions = { ...upOptions, refresh: true };

/** The error text of something that has to fail. */
export async function failure(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "it succeeded",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
