import { exitCodes } from "../preview/exitCodes";
import type { Backend } from "./backend";
import { runProgram } from "./inParallel";

/**
 * Removes the stack of a tenant of which it has nothing that is kept, with what is noted of it.
 *
 * @returns the exit code.
 */
export async function removeStack(backend: Backend, tenant: string, signal: AbortSignal): Promise<number> {
  const { code } = await runProgram(["tools/pulumi.sh", backend.stackOf(tenant), "destroy", "--yes"], "keep", signal);
  if (code === exitCodes.nothingToDo) {
    await backend.forget(tenant);
    console.log(`odoo-fleet: ${backend.stackOf(tenant)}: nothing is left of it; its stack is removed`);
  }
  return code;
}
