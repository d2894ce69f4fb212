/**
 * `update.ts STACK --config-file FILE --updates FOLDER --restores FOLDER [--tenant NAME | [--canary NAME] [--wave N] [--only NAME,...]]`: updates a tenant
 * with data, or all of a fleet's, or only some, to what is declared of them.
 * docs/updates.md says what it does. Exit codes: 0 done, 1 refused or failed, with a message that says in what state everything
 * is, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Fleet } from "../fleet/types";
import { runInterruptible } from "./interruptible";
import { fleetOfStackFile } from "./stackFile";
import { StackCommands } from "./move/stack";
import { runProgram } from "./perTenant/inParallel";
import { parseStackReference } from "./stackName";
import { inOrder } from "./update/plan";
import { UpdateError, type UpdateTools } from "./update/record";
import { Updater } from "./update/updater";
import { inWaves } from "./update/waves";

const usage =
  "Usage: make update TENANT=acme [STACK=dev], or make update [CANARY=acme] [WAVE=2] [STACK=dev] for all tenants, so many (1 to 99) at once";

/** How many tenants are updated at once: each rehearsal takes the memory of its tenant once more. */
const defaultWave = "2";

/** Updates the tenants of a fleet: the canary alone, then the others in waves. The first failure ends it. */
async function updateAll(
  tools: UpdateTools,
  work: (name: string) => Promise<void>,
  { canary, wave, only }: { readonly canary?: string; readonly wave: number; readonly only?: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  const names = inOrder(tools.fleet(), canary);
  if (canary !== undefined && !names.includes(canary)) {
    throw new UpdateError(`CANARY=${canary} isn't a running tenant; expected one of: ${names.join(", ")}`);
  }
  const wanted = only ? names.filter((name) => only.includes(name)) : names;
  const { done, failed, left } = await inWaves(wanted, wave, work, () => signal.aborted);
  if (failed.length > 0 || left.length > 0) {
    const list = (some: readonly string[]): string => some.join(", ") || "none";
    const why = failed.map(([name, error]) => `${name}: ${signal.aborted ? "interrupted" : error.message}`);
    throw new UpdateError(
      [
        ...(why.length > 0 ? why : ["interrupted"]),
        `Stopped there. As declared: ${list(done)}; not looked at: ${list(left)}.`,
      ].join("\n"),
    );
  }
}

/** Updates a tenant in the stack that it has for itself, by a run of its own, which says why where it fails. */
async function updateOwn(stack: string, tenant: string, signal: AbortSignal): Promise<void> {
  const command = ["tools/pulumi.sh", `${stack}.${tenant}`, "update", "--tenant", tenant] as const;
  // It brings back what it has begun, whichever signal tells it to end.
  const end = new AbortController();
  signal.addEventListener("abort", () => end.abort("SIGTERM"), { once: true });
  const { code } = await runProgram(command, "show", end.signal);
  if (code !== 0) {
    throw new UpdateError(`its update ended with ${code}, see above`);
  }
}

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, updates: text, restores: text, tenant: text, canary: text, wave: text, only: text },
  });
  const { "config-file": configFile, updates, restores, tenant, canary, wave = defaultWave, only } = values;
  const [stack] = positionals;
  const isWrong = (tenant && (canary ?? values.wave)) || tenant === "" || canary === "" || !/^[1-9]\d?$/.test(wave);
  if (!stack || !configFile || !updates || !restores || isWrong) {
    console.error(usage);
    return 2;
  }
  const { environment } = parseStackReference(stack);
  // What Pulumi is given is made of the stack's file at each of its runs.
  const fleet = (): Fleet => fleetOfStackFile(readFileSync(configFile, "utf8"), environment);
  const tools = { environment, updates, restores, fleet, stack: new StackCommands(stack) };
  const update = (name: string): Promise<void> => new Updater(tools, name, signal).go();
  if (tenant) {
    await update(tenant);
    return 0;
  }
  const work = fleet().layout === "single" ? update : (name: string) => updateOwn(stack, name, signal);
  await updateAll(tools, work, { canary, wave: Number(wave), only: only?.split(",") }, signal);
  return 0;
}

runInterruptible(run);
