import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { type AddonModule, readAddons } from "./addons";

/** Checksum of each module's content, by the module's technical name. */
export type ModuleChecksums = Readonly<Record<string, string>>;

/** `images/odoo/bin/modules` leaves the same out. */
const ignored = /(?:^|\/)(?:\.[^/]*|__pycache__)(?:\/|$)|\.py[co]$|\.pot$|^(?:static|tests|readme)\/|^README[^/]*$/;

/**
 * Checksum of the content of each module below some folders, on any level: first 16 hexadecimal digits of a SHA-256.
 *
 * Only what a database may depend on counts: static files, tests, read-me files and translation templates take effect
 * without an update of it. `images/odoo/bin/modules` computes the same of what an image holds, which is what `readAddons` finds.
 *
 * @param folders relative to the project.
 * @param project the project's folder.
 */
export function moduleChecksums(folders: readonly string[], project: string): ModuleChecksums {
  const { modules } = readAddons(folders, project);
  const sorted = [...modules].sort((one, other) => (one.name < other.name ? -1 : 1));
  return Object.fromEntries(sorted.map((module) => [module.name, checksum(module)]));
}

function checksum({ files }: AddonModule): string {
  const hash = createHash("sha256");
  const counted = files.filter(({ path }) => !ignored.test(path));
  for (const { path, source } of counted.sort((one, other) => (one.path < other.path ? -1 : 1))) {
    const digest = createHash("sha256").update(readFileSync(source)).digest("hex");
    hash.update(`${path}\0${digest}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}
