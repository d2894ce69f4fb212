import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./cliStack";
import { docker } from "./imagesSandbox";
import type { MadeProject } from "./madeProject";

/** The Debian releases that have these major versions of PostgreSQL. */
const releases = { 15: "bookworm", 18: "forky" } as const;

/**
 * Offers a project other major versions of PostgreSQL, as images of Debian's packages. Where the machine uses the official images,
 * all of them are there already.
 */
export async function offerPostgres(project: MadeProject, majors: readonly (keyof typeof releases)[]): Promise<void> {
  const file = join(project.folder, "build", "offline-images.json");
  if (!existsSync(file)) {
    return;
  }
  const standIns = JSON.parse(readFileSync(file, "utf8")) as { postgres: Record<string, string | null> };
  const proxy = process.env["http_proxy"];
  for (const major of majors) {
    const name = `odoo-fleet.test/postgres:${major}`;
    const settings = [`MAJOR=${major}`, `RELEASE=${releases[major]}`, ...(proxy ? [`http_proxy=${proxy}`] : [])];
    const args = settings.flatMap((setting) => ["--build-arg", setting]);
    const folder = join(projectFolder, "offline", "images", "postgres");
    await docker("build", "--quiet", "--network", "host", ...args, "--tag", name, folder);
    standIns.postgres[major] = name;
  }
  // The folder's own, no link to this machine's.
  rmSync(file);
  writeFileSync(file, JSON.stringify(standIns));
}
