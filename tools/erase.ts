/**
 * `erase.ts STACK --config-file FILE --erasures FOLDER --tenant NAME --confirm NAME [--identity FILE]`: destroys what opens the
 * backups of a tenant that has left, wherever it is, and proves that nothing opens them any more. docs/operations.md says what it does.
 * Exit codes: 0 done, 1 refused or failed, with a message that says what is left, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { erase } from "./erase/eraser";
import { runInterruptible } from "./interruptible";
import { fleetOfStackFile } from "./stackFile";
import { StackCommands } from "./move/stack";
import { Backend } from "./perTenant/backend";
import { removeStack } from "./perTenant/removeStack";
import { exitCodes } from "./preview/exitCodes";
import { environmentOf, parseStackReference } from "./stackName";

const usage = "Usage: make erase TENANT=acme CONFIRM=acme [IDENTITY=age-key.txt] [STACK=dev]";

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, erasures: text, tenant: text, confirm: text, identity: text },
  });
  const { "config-file": configFile, erasures: folder, tenant, confirm, identity } = values;
  const [stack] = positionals;
  if (!stack || !configFile || !folder || !tenant) {
    console.error(usage);
    return 2;
  }
  const { environment, name: stackName } = parseStackReference(stack);
  const fleet = fleetOfStackFile(readFileSync(configFile, "utf8"), environment);
  if (fleet.tenants[tenant] !== undefined) {
    throw new Error(
      `${tenant} is declared: decommission it and take it out of the configuration first (docs/operations.md, Removing a ` +
        "tenant). Nothing was changed.",
    );
  }
  if (confirm !== tenant) {
    throw new Error(
      `this destroys what opens ${tenant}'s backups, here and off the host, for ever. If that is wanted: ` +
        `make erase TENANT=${tenant} CONFIRM=${tenant} STACK=${environment}. Nothing was changed.`,
    );
  }
  const say = (line: string): void => console.log(`odoo-fleet: ${tenant}: ${line}`);
  const commands = new StackCommands(stack);
  await erase({ environment, tenant, stackName, fleet, stack: commands, folder, identity, say, signal });
  const parent = environmentOf(stack);
  if (parent !== undefined && (await removeStack(new Backend(parent), tenant, signal)) !== exitCodes.nothingToDo) {
    throw new Error(
      `its stack, ${stackName}, has nothing any more and couldn't be removed: make up STACK=${environment}`,
    );
  }
  return 0;
}

runInterruptible(run);
