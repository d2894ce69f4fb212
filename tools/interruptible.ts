/**
 * Runs a tool that an interruption may end at a place of its own choosing, and ends this process with the code that it
 * returns, or with 1 and the message of what it throws.
 *
 * @param run is told of SIGINT, SIGTERM and SIGHUP: a terminal that goes away takes its signal along, and what the tool stopped
 * has to be started again all the same.
 */
export function runInterruptible(run: (args: readonly string[], signal: AbortSignal) => Promise<number>): void {
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => interrupt.abort());
  }
  process.stdout.on("error", () => undefined);
  run(process.argv.slice(2), interrupt.signal)
    .then((code) => (process.exitCode = code))
    .catch((error: Error) => {
      console.error(`odoo-fleet: ${error.message}`);
      process.exitCode = 1;
    });
}
