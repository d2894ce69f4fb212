/**
 * `update.ts STACK --config-file FILE --updates FOLDER --restores FOLDER [--tenant NAME | --canary NAME]`: updates a tenant with data, or all of a
 * fleet's one after the other, to what is declared of them.
 * docs/updates.md says what it does. Exit codes: 0 done, 1 refused or failed, with a message that says in what state everything
 * is, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Fleet } from "../fleet/types";
import { runInterruptible } from "./interruptible";
import { fleetOfStackFile } from "./monitoring";
import { StackCommands } from "./move/stack";
import { parseStackReference } from "./stackName";
import { inOrder } from "./update/plan";
import { UpdateError, type UpdateTools } from "./update/record";
import { Updater } from "./update/updater";

const usage = "Usage: make update TENANT=acme [STACK=dev], or make update [CANARY=acme] [STACK=dev] for all tenants";

/** Updates the tenants of a fleet one after the other, the canary first. The first failure ends it. */
async function updateAll(tools: UpdateTools, canary: string | undefined, signal: AbortSignal): Promise<void> {
  const names = inOrder(tools.fleet(), canary);
  if (canary !== undefined && !names.includes(canary)) {
    throw new UpdateError(`CANARY=${canary} isn't a running tenant; expected one of: ${names.join(", ")}`);
  }
  for (const [index, name] of names.entries()) {
    try {
      signal.throwIfAborted();
      await new Updater(tools, name, signal).go();
    } catch (error) {
      const why = signal.aborted ? "interrupted" : (error as Error).message;
      const list = (some: readonly string[]): string => some.join(", ") || "none";
      throw new UpdateError(
        `${name}: ${why}\nStopped there. As declared: ${list(names.slice(0, index))}; not looked at: ${list(names.slice(index + 1))}.`,
      );
    }
  }
}

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, updates: text, restores: text, tenant: text, canary: text },
  });
  const { "config-file": configFile, updates, restores, tenant, canary } = values;
  const [stack] = positionals;
  if (!stack || !configFile || !updates || !restores || (tenant && canary) || tenant === "" || canary === "") {
    console.error(usage);
    return 2;
  }
  const { name: environment } = parseStackReference(stack);
  // What Pulumi is given is made of the stack's file at each of its runs.
  const fleet = (): Fleet => fleetOfStackFile(readFileSync(configFile, "utf8"), environment);
  const tools = { environment, updates, restores, fleet, stack: new StackCommands(stack) };
  await (tenant ? new Updater(tools, tenant, signal).go() : updateAll(tools, canary, signal));
  return 0;
}

runInterruptible(run);
