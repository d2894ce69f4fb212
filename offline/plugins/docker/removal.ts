/** Deletes what may still be in use for a moment. */
import { pause } from "./engine";

/** How long a network or volume may stay in use while it's deleted, in milliseconds: the official plugin's. */
const timeout = Number(process.env["ODOO_FLEET_STANDIN_REMOVAL_SECONDS"] ?? 30) * 1000;

/** How often it's tried meanwhile, in milliseconds. */
const interval = 250;

/**
 * Tries until it works. The error after the timeout is the official plugin's, without the engine's words.
 * @param inUse Whether an error is one that passes.
 * @param state What the official plugin calls that state.
 */
export async function retryRemoval(
  call: () => Promise<unknown>,
  inUse: (error: unknown) => boolean,
  state: string,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      if (!inUse(error)) throw error;
      if (Date.now() > deadline) {
        const last = `last state: '${state}', timeout: ${timeout / 1000}s`;
        throw new Error(`timeout while waiting for state to become 'removed' (${last})`);
      }
      await pause(interval, signal);
    }
  }
}
