import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./commands";

/** The Debian releases that have these major versions of PostgreSQL. */
const releases = { 15: "bookworm", 18: "forky" } as const;

export type OtherMajor = keyof typeof releases;

/**
 * Offers other major versions of PostgreSQL to the project in a folder, as images of Debian's packages. Where the machine uses the official images,
 * all of them are there already.
 */
export async function offerPostgres(folder: string, majors: readonly OtherMajor[]): Promise<void> {
  const file = join(folder, "build", "offline-images.json");
  if (!existsSync(file)) {
    return;
  }
  const standIns = JSON.parse(readFileSync(file, "utf8")) as { postgres: Record<string, string | null> };
  for (const major of majors) {
    standIns.postgres[major] = await built(major);
  }
  // The folder's own, no link to this machine's.
  rmSync(file);
  writeFileSync(file, JSON.stringify(standIns));
}

/** @returns the name of the image. */
async function built(major: OtherMajor): Promise<string> {
  const name = `odoo-fleet.test/postgres:${major}`;
  const proxy = process.env["http_proxy"];
  const settings = [`MAJOR=${major}`, `RELEASE=${releases[major]}`, ...(proxy ? [`http_proxy=${proxy}`] : [])];
  const args = settings.flatMap((setting) => ["--build-arg", setting]);
  const source = join(__dirname, "..", "..", "offline", "images", "postgres");
  await run("docker", ["build", "--quiet", "--network", "host", ...args, "--tag", name, source]);
  return name;
}
