/**
 * `copy.ts STACK --config-file FILE --copies FOLDER --tenant NAME [--at TIME]`: fills a copy of a tenant from that tenant's backups, or
 * brings it anew: neutralised, with an identity of its own, and proven before it is connected. docs/copies.md says what it does.
 * Exit codes: 0 done, 1 refused or failed, with a message that says in what state everything is, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Copier } from "./copy/copier";
import { runInterruptible } from "./interruptible";
import { fleetOfStackFile } from "./stackFile";
import { StackCommands } from "./move/stack";
import { readTime } from "../components/restore/time";
import { parseStackReference } from "./stackName";

const usage =
  'Usage: make copy TENANT=acme-staging [AT="2026-11-26 10:15"] [STACK=dev]; AT is in UTC, or has a zone such as +02:00';

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, copies: text, tenant: text, at: text },
  });
  const { "config-file": configFile, copies, tenant, at: asked } = values;
  const at = readTime(asked);
  const [stack] = positionals;
  if (!stack || !configFile || !copies || !tenant) {
    console.error(usage);
    return 2;
  }
  const { environment } = parseStackReference(stack);
  // What Pulumi is given is made of the stack's file at each of its runs.
  const fleet = (): ReturnType<typeof fleetOfStackFile> =>
    fleetOfStackFile(readFileSync(configFile, "utf8"), environment);
  await new Copier({ environment, copies, fleet, stack: new StackCommands(stack) }, tenant, signal).go(at);
  return 0;
}

runInterruptible(run);
