import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/** Checksum of each module's content, by the module's technical name. */
export type ModuleChecksums = Readonly<Record<string, string>>;

/** `images/odoo/bin/modules` leaves the same out. */
const ignored = /(?:^|\/)(?:\.[^/]*|__pycache__)(?:\/|$)|\.py[co]$|\.pot$|^(?:static|tests|readme)\/|^README[^/]*$/;

/**
 * Checksum of the content of each module below some folders, on any level: first 16 hexadecimal digits of a SHA-256.
 *
 * Only what a database may depend on counts: static files, tests, read-me files and translation templates take effect
 * without an update of it. `images/odoo/bin/modules` computes the same of what an image holds.
 */
export function moduleChecksums(folders: readonly string[]): ModuleChecksums {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const module of modulesBelow(folder)) {
      const name = basename(module);
      if (!found.has(name)) {
        found.set(name, checksum(module));
      }
    }
  }
  return Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Folders with a manifest; a module's own subfolders are its content. */
function modulesBelow(folder: string): string[] {
  if (existsSync(join(folder, "__manifest__.py"))) {
    return [folder];
  }
  return entries(folder)
    .filter(({ name, isFolder }) => isFolder && !name.startsWith("."))
    .flatMap(({ name }) => modulesBelow(join(folder, name)));
}

function checksum(module: string): string {
  const hash = createHash("sha256");
  for (const file of filesBelow(module, "").sort((one, other) => (one < other ? -1 : 1))) {
    const digest = createHash("sha256")
      .update(readFileSync(join(module, file)))
      .digest("hex");
    hash.update(`${file}\0${digest}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

function filesBelow(module: string, prefix: string): string[] {
  return entries(join(module, prefix)).flatMap(({ name, isFolder }) => {
    const path = prefix === "" ? name : `${prefix}/${name}`;
    if (ignored.test(isFolder ? `${path}/` : path)) {
      return [];
    }
    return isFolder ? filesBelow(module, path) : [path];
  });
}

/** What a folder has, links followed; one that leads nowhere is nothing. */
function entries(folder: string): { name: string; isFolder: boolean }[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const stats = statSync(join(folder, name), { throwIfNoEntry: false });
      return stats === undefined ? [] : [{ name, isFolder: stats.isDirectory() }];
    });
}
