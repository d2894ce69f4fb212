import { CommandError } from "@pulumi/pulumi/automation/index.js";

/** How often a job is gone on with whose CLI was killed: one that takes all memory would be killed for ever. */
export const mostKillsOfOneJob = 3;

/**
 * Whether an error says that Pulumi's CLI was killed: by a kernel without memory, or by hand. That is no fault of what it was asked for, and what it was
 * at is gone on with by the next one, as after a worker that died.
 */
export function isKilledCli(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // How it ended is internal to the error; its text is execa's, which runs the CLI.
    if (cause instanceof CommandError && /\bCommand was killed with SIG[A-Z]+\b/.test(cause.message)) {
      return true;
    }
  }
  return false;
}
