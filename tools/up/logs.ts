import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Logs of runs that are kept for each stack. */
const kept = 20;

/**
 * Names the log of a run that begins now and removes the oldest ones.
 *
 * @param folder is made where it isn't there.
 * @returns the path: `FOLDER/STACK-up-2026-11-26T10-15-00.log`.
 */
export function newLog(folder: string, stack: string, now = new Date()): string {
  mkdirSync(folder, { recursive: true });
  const prefix = `${stack}-up-`;
  const earlier = readdirSync(folder)
    .filter((file) => file.startsWith(prefix) && /^\d{4}-.*\.log$/.test(file.slice(prefix.length)))
    .sort();
  for (const file of earlier.slice(0, Math.max(0, earlier.length - kept + 1))) {
    rmSync(join(folder, file));
  }
  return join(folder, `${prefix}${now.toISOString().slice(0, 19).replaceAll(":", "-")}.log`);
}
