import { exitCodes } from "../preview/exitCodes";
import { codeOfAll } from "./asOne";
import { Backend } from "./backend";
import { inParallel, runProgram } from "./inParallel";

/**
 * Removes the stacks of all tenants of an environment, which come before its own. Where one of them has data, nothing is removed.
 *
 * @param stack the environment's own, as the CLI takes it.
 * @returns the exit code.
 */
export async function destroyTenants(stack: string, signal: AbortSignal): Promise<number> {
  const backend = new Backend(stack);
  const { tenants } = await backend.stacks();
  const found = await inParallel([...tenants.keys()], signal, async (tenant) => ({
    tenant,
    ...(await backend.resourcesOf(tenant)),
  }));
  const held = found.filter((one) => one.held.length > 0);
  if (held.length > 0) {
    const what = held.map(({ tenant, held: volumes }) => `  ${backend.stackOf(tenant)}: ${volumes.join(", ")}`);
    console.error(
      [
        `odoo-fleet: STACK=${stack} has data, in volumes that are protected. Nothing was removed.`,
        ...what,
        "Take its tenants out first (docs/operations.md, Removing a tenant); or, to lose their data and their backups here for good, for each of these stacks: " +
          `tools/pulumi.sh ${backend.stackOf(held[0]!.tenant)} state unprotect --all --yes; then make destroy STACK=${stack}`,
      ].join("\n"),
    );
    return exitCodes.failed;
  }
  const codes = await inParallel(found, signal, async ({ tenant }) => {
    const command = ["tools/pulumi.sh", backend.stackOf(tenant), "destroy", "--yes"] as const;
    const { code } = await runProgram(command, "show", signal);
    if (code === exitCodes.nothingToDo) {
      await backend.forget(tenant);
      console.log(`odoo-fleet: ${backend.stackOf(tenant)}: removed`);
    }
    return code;
  });
  return signal.aborted ? exitCodes.failed : codeOfAll(codes);
}
