import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Has the store trust a certificate that Chromium reads in the place of the system's, and makes that store where Chromium hasn't been started yet. On other
 * systems than Linux it reads the system's.
 *
 * @param env environment of the programs; the store is below its HOME.
 * @returns what is left to be run: the commands, where `certutil` isn't there or the store doesn't take it.
 */
export function trustInBrowsers(name: string, file: string, env: NodeJS.ProcessEnv): string[] {
  if (process.platform !== "linux") {
    return [];
  }
  const folder = join(env["HOME"] ?? homedir(), ".pki", "nssdb");
  const store = `sql:${folder}`;
  const make = ["-N", "--empty-password", "-d", store];
  const add = ["-d", store, "-A", "-t", "C,,", "-n", name, "-i", file];
  const isThere = existsSync(join(folder, "cert9.db"));
  try {
    if (!isThere) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      execFileSync("certutil", make, { env, stdio: "ignore" });
    }
    execFileSync("certutil", add, { env, stdio: "ignore" });
    return [];
  } catch {
    const commands = [
      ...(isThere
        ? []
        : [
            ["mkdir", "-p", folder],
            ["certutil", ...make],
          ]),
      ["certutil", ...add],
    ];
    return [`${commands.map((words) => words.join(" ")).join(" && ")} # of the package libnss3-tools, for Chromium`];
  }
}
