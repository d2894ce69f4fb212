/**
 * `update.ts STACK --config-file FILE --updates FOLDER --tenant NAME`: updates a tenant with data to what is declared of it.
 * docs/updates.md says what it does. Exit codes: 0 done, 1 refused or failed, with a message that says in what state everything
 * is, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FleetConfigError } from "../fleet/errors";
import type { Fleet } from "../fleet/types";
import { fleetOfStackFile } from "./monitoring";
import { StackCommands } from "./move/stack";
import { RestoreError } from "./restore/restorer";
import { parseStackReference } from "./stackName";
import { UpdateError, Updater } from "./update/updater";

const usage = "Usage: make update TENANT=acme [STACK=dev]";

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, updates: text, tenant: text },
  });
  const { "config-file": configFile, updates, tenant } = values;
  const [stack] = positionals;
  if (!stack || !configFile || !updates || !tenant) {
    console.error(usage);
    return 2;
  }
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => interrupt.abort());
  }
  process.stdout.on("error", () => undefined);
  const { name: environment } = parseStackReference(stack);
  // What Pulumi is given is made of the stack's file at each of its runs.
  const fleet = (): Fleet => fleetOfStackFile(readFileSync(configFile, "utf8"), environment);
  try {
    await new Updater({ environment, updates, fleet, stack: new StackCommands(stack) }, tenant, interrupt.signal).go();
    return 0;
  } catch (error) {
    if (!(error instanceof UpdateError || error instanceof RestoreError || error instanceof FleetConfigError)) {
      throw error;
    }
    console.error(`odoo-fleet: ${error.message}`);
    return 1;
  }
}

run(process.argv.slice(2))
  .then((code) => (process.exitCode = code))
  .catch((error: Error) => {
    console.error(`odoo-fleet: ${error.message}`);
    process.exitCode = 1;
  });
