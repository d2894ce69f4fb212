/** The life of a plugin's process: it must never outlive the command that started it. */

/** How often the parent is looked for, in milliseconds. */
const parentCheckInterval = 1000;

/**
 * Ends the process on SIGINT or SIGTERM as soon as it's idle, and at once when its parent is gone (killed, say).
 * @param idle Whether no operation runs.
 * @param cleanUp What to do before the end.
 */
export function runUntilParentEnds(idle: () => boolean, cleanUp: () => void = () => undefined): void {
  const parent = process.ppid;
  const end = (code: number): void => {
    cleanUp();
    process.exit(code);
  };
  let asked = false;
  const ask = (): void => {
    asked = true;
    if (idle()) end(0);
  };
  process.on("SIGINT", ask);
  process.on("SIGTERM", ask);
  setInterval(() => {
    if (process.ppid !== parent) end(1);
    if (asked && idle()) end(0);
  }, parentCheckInterval).unref();
}
