import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Has a state read by the CLI from a file that only its owner reads, and that is gone afterwards.
 *
 * @param folder where the file is; only its owner comes in.
 */
export async function inPrivateFile<T>(folder: string, state: string, use: (file: string) => Promise<T>): Promise<T> {
  const file = join(folder, `state.${process.pid}.json`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, state, { mode: 0o600 });
    return await use(file);
  } finally {
    rmSync(file, { force: true });
  }
}
