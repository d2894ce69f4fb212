import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/**
 * Waits for the first that a program prints, which says that it is ready.
 *
 * @throws AssertionError when it ends before that: its cause is in its own output, and nobody waits for it in vain.
 */
export async function started(program: ChildProcess): Promise<void> {
  await Promise.race([
    once(program.stdout!, "data"),
    once(program, "exit").then(([status, signal]) =>
      assert.fail(`the program ended with ${status ?? signal} before it was ready`),
    ),
  ]);
}
