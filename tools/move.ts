/**
 * `move.ts STACK --config-file FILE --moves FOLDER --tenant NAME --host HOST [--slot N]`: moves a tenant with its data to another
 * host; with `--confirm` instead of a host, takes away what the move kept. docs/hosts.md says what it does.
 * Exit codes: 0 done, 1 refused or failed, with a message that says in what state everything is, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type ConfigProblem, listProblems } from "../fleet/errors";
import type { Fleet } from "../fleet/types";
import { runInterruptible } from "./interruptible";
import { fleetOfStackFile } from "./stackFile";
import { toldOfEdge } from "./move/edgeTold";
import { MoveJournal, type MoveRecord } from "./move/journal";
import { confirm, copy, giveUp, MoveError, type MoveTools, ranSinceDump, switchOver } from "./move/mover";
import { type AskedMove, planMove } from "./move/plan";
import { sharedStack, StackCommands } from "./move/stack";
import { findMoveProblems, survey } from "./move/survey";
import { exitCodes } from "./preview/exitCodes";
import { parseStackReference } from "./stackName";

const usage = "Usage: make move TENANT=acme HOST=odoo-2 [SLOT=n] [STACK=dev], or make move TENANT=acme CONFIRM=yes";

interface Options {
  readonly stack: string;
  readonly configFile: string;
  readonly moves: string;
  readonly tenant: string;
  readonly host?: string;
  readonly slot?: number;
  readonly confirm: boolean;
}

/** What was asked for; undefined: it can't be read. */
function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, moves: text, tenant: text, host: text, slot: text, confirm: { type: "boolean" } },
  });
  const { "config-file": configFile, moves, tenant, host, slot, confirm: isConfirmed = false } = values;
  const [stack] = positionals;
  if (!stack || !configFile || !moves || !tenant || isConfirmed === Boolean(host) || (slot && !/^\d+$/.test(slot))) {
    return undefined;
  }
  return { stack, configFile, moves, tenant, host, slot: slot ? Number(slot) : undefined, confirm: isConfirmed };
}

async function main(options: Options, signal: AbortSignal): Promise<void> {
  const { tenant: name, moves } = options;
  const { environment } = parseStackReference(options.stack);
  const file = `Pulumi.${environment}.yaml`;
  // What Pulumi is given is made of the stack's file at each of its runs.
  const fleet = (): Fleet => fleetOfStackFile(readFileSync(options.configFile, "utf8"), environment);
  const tools: MoveTools = {
    journal: new MoveJournal(moves, environment, name),
    stack: new StackCommands(options.stack),
    shared: sharedStack(options.stack),
    file,
    say: (text) => console.log(`odoo-fleet: ${name}: ${text}`),
    signal,
  };
  const begun = tools.journal.read();
  if (options.confirm) {
    if (begun?.step !== "moved") {
      throw new MoveError(`there is no finished move of ${name} to confirm`);
    }
    return confirm(begun, fleet(), name, tools);
  }
  const wanted: AskedMove = { tenant: name, host: options.host!, slot: options.slot };
  const record = (begun && (await goOn(begun, fleet(), wanted, tools))) ?? (await begin(options, wanted, tools));
  if (record.step === "moved") {
    return;
  }
  try {
    await switchOver(record, fleet, name, tools);
  } catch (error) {
    const why = signal.aborted ? "interrupted" : (error as Error).message;
    throw new MoveError(
      `${why}\n${name} is between its hosts: its data is on host ${record.to}, checked, and still on host ${record.from}. ` +
        `Run this again to go on: make move TENANT=${name} HOST=${record.to} STACK=${environment}`,
    );
  }
  const moved = fleet();
  const tenant = moved.tenants[name]!;
  tools.say(`runs on host ${record.to}: ${tenant.url}`);
  toldOfEdge({ edge: moved.edge, tenant, target: moved.hosts[record.to]! }).after.forEach(tools.say);
  tools.say(`its volumes on host ${record.from} and the dump in ${tools.journal.folder} are kept until`);
  tools.say(`  make move TENANT=${name} CONFIRM=yes STACK=${environment}`);
}

/** What is to be done about a move that was begun before; undefined: begin anew, everything being as before it. */
async function goOn(
  begun: MoveRecord,
  fleet: Fleet,
  wanted: AskedMove,
  tools: MoveTools,
): Promise<MoveRecord | undefined> {
  const { tenant: name } = wanted;
  const [tenant, source, target] = [fleet.tenants[name], fleet.hosts[begun.from], fleet.hosts[begun.to]];
  if (begun.step === "moved") {
    if (tenant?.host !== wanted.host) {
      const command = `make move TENANT=${name} CONFIRM=yes`;
      throw new MoveError(`its move from ${begun.from} to ${begun.to} waits to be confirmed first: ${command}`);
    }
    tools.say(`is on host ${begun.to} already; the move waits to be confirmed`);
    return begun;
  }
  if (tenant === undefined || source === undefined || target === undefined) {
    throw new MoveError(`a move from ${begun.from} to ${begun.to} was begun, and one of these isn't declared any more`);
  }
  const isOld = tenant.host === begun.from && tenant.state === "running";
  if (begun.step === "switching" && !(isOld && (await ranSinceDump(begun, tenant, source)))) {
    if (wanted.host !== begun.to) {
      throw new MoveError(`its move to host ${begun.to} is half done: finish it first, HOST=${begun.to}`);
    }
    tools.say(`going on with the move that was interrupted`);
    return begun;
  }
  if (tenant.host !== begun.from) {
    throw new MoveError(
      `a move from ${begun.from} to ${begun.to} was begun, but it is on host ${tenant.host} now: check that nothing of ` +
        `that move is needed, and remove ${tools.journal.folder}`,
    );
  }
  tools.say("an earlier move was interrupted: starting the tenant where it was, and starting over");
  await giveUp(tenant, source, target, { ...tenant, host: begun.to, slot: begun.slot }, tools);
  return undefined;
}

/** Refuses with every problem at once, or copies. */
async function begin(options: Options, wanted: AskedMove, tools: MoveTools): Promise<MoveRecord> {
  const { environment } = parseStackReference(options.stack);
  const { problems: declared, plan } = planMove(readFileSync(options.configFile, "utf8"), environment, wanted);
  if (plan === undefined) {
    throw refused(wanted, declared);
  }
  const found = await survey(plan, options.moves);
  const problems = [...declared, ...findMoveProblems(plan, found)];
  tools.say("checking that the stack matches its declaration");
  for (const stack of [tools.shared, tools.stack]) {
    const code = (await stack?.preview()) ?? exitCodes.nothingToDo;
    if (code !== exitCodes.nothingToDo) {
      problems.push({
        path: `stack ${stack === tools.shared ? environment : options.stack}`,
        value: code === exitCodes.changes ? "changes that weren't applied" : `a preview that ends with ${code}`,
        expected: "a stack that matches its declaration, since the move applies all of it",
        wayOut: `make up STACK=${environment}`,
      });
    }
  }
  if (problems.length > 0 || "path" in found.source) {
    throw refused(wanted, problems);
  }
  toldOfEdge({ edge: plan.edge, tenant: plan.after, target: plan.target }).before.forEach(tools.say);
  return copy(plan, found.source.stackId!, tools);
}

function refused({ tenant, host }: AskedMove, problems: readonly ConfigProblem[]): MoveError {
  return new MoveError(listProblems(`${tenant} can't be moved to host ${host}. Nothing was changed.`, problems));
}

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.error(usage);
    return 2;
  }
  await main(options, signal);
  return 0;
}

runInterruptible(run);
