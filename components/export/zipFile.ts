import { createWriteStream, existsSync, openSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RestoreError } from "../restore/restorer";

/** Has a file written that is there under its name only once it is whole, and on the disk. This user alone can read it. */
export async function asFile<T>(
  path: string,
  write: (to: ReturnType<typeof createWriteStream>) => Promise<T>,
): Promise<T> {
  demandFree(path);
  const part = join(dirname(path), `.${basename(path)}.part`);
  // One that was killed left it.
  rmSync(part, { force: true });
  const stream = createWriteStream(part, { fd: openSync(part, "wx", 0o600) });
  try {
    const written = await write(stream);
    const file = await open(part, "r");
    await file.sync().finally(() => file.close());
    demandFree(path);
    await rename(part, path);
    return written;
  } finally {
    stream.destroy();
    rmSync(part, { force: true });
  }
}

function demandFree(path: string): void {
  if (existsSync(path)) {
    throw new RestoreError(`${path} is there already, and isn't written over: give another name, or remove it`);
  }
  if (!existsSync(dirname(path))) {
    throw new RestoreError(`the folder ${dirname(path)} isn't there: make it, or give another name`);
  }
}
