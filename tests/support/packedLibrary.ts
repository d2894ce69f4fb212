import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "./cliStack";

/**
 * Makes a folder of another team that has the library installed from its package, as `npm pack` makes it. The
 * packages that it depends upon are those of this project: no registry is asked.
 */
export function installPackedLibrary(): string {
  const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
  const modules = join(folder, "node_modules");
  const installed = join(projectFolder, "node_modules");
  for (const name of readdirSync(installed).filter((entry) => entry !== "odoo-fleet")) {
    mkdirSync(modules, { recursive: true });
    symlinkSync(join(installed, name), join(modules, name));
  }
  const packing = ["pack", "--silent", "--pack-destination", folder];
  const tarball = execFileSync("npm", packing, { cwd: projectFolder, encoding: "utf8" }).trim().split("\n").at(-1)!;
  const target = join(modules, "odoo-fleet");
  mkdirSync(target);
  execFileSync("tar", ["-xzf", join(folder, tarball), "-C", target, "--strip-components=1"]);
  rmSync(join(folder, tarball));
  return folder;
}
