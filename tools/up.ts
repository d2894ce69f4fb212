/**
 * `up.ts STACK --config-file FILE [--policy-pack FOLDER] [--policy-pack-config FILE] --updates FOLDER --restores FOLDER [ARGS]`: runs `pulumi up` and shows what
 * a person wants to know of it; ARGS go to `pulumi up`. Where updates of tenants are automatic, they are carried out before, with their notes in the two folders. All that it printed is in build/logs. The plan is made first, unless
 * `--skip-preview` is among the arguments, and on a terminal it is shown and asked about, unless `--yes` is. Exit codes: docs/operations.md.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { exitCodes, knownFailure } from "./preview/exitCodes";
import { parseStackReference } from "./stackName";
import { announce, carryOut, comingUpdates } from "./up/automaticUpdates";
import { warnOfDomains } from "./up/domains";
import { newLog } from "./up/logs";
import { isOfPart, partOptions } from "./up/part";
import { tellHosts } from "./up/schedules";
import { runWithView } from "./up/run";
import { takeOption } from "./takeOption";
import { terminal } from "./up/terminal";

/**
 * Makes the plan, which changes nothing: a refused declaration or a broken rule ends here. On a terminal it is shown and
 * asked about; elsewhere a line says what it is.
 *
 * @returns an exit code where nothing is to be applied; undefined: go on.
 */
async function plan(stack: string, args: readonly string[], isAsked: boolean): Promise<number | undefined> {
  const { status, stdout } = spawnSync(process.execPath, ["--require", "tsx/cjs", "tools/preview.ts", stack, ...args], {
    stdio: ["inherit", "pipe", "inherit"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const isDone = status === exitCodes.nothingToDo;
  if (!isDone && status !== exitCodes.changes) {
    process.stdout.write(stdout);
    return status ?? exitCodes.failed;
  }
  // Outputs may still differ where no resource does.
  if (isDone || !isAsked) {
    const [verdict] = /^## .*$/m.exec(stdout) ?? [""];
    console.log(`${verdict.replace(/^## |`/g, "")} (build/preview/${stack}.md)`);
    return undefined;
  }
  process.stdout.write(stdout);
  const question = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await question.question("Apply these changes? Type yes to continue: ");
  question.close();
  if (answer.trim() === "yes") {
    return undefined;
  }
  console.log("Nothing was changed.");
  return exitCodes.nothingToDo;
}

async function main([stack, ...args]: string[]): Promise<number> {
  const [updates, restores] = [takeOption(args, "updates"), takeOption(args, "restores")];
  const configFile = args[args.indexOf("--config-file") + 1];
  if (stack === undefined || !args.includes("--config-file") || !configFile || !updates || !restores) {
    console.error("usage: up.ts STACK --config-file FILE --updates FOLDER --restores FOLDER [ARGS]");
    return exitCodes.failed;
  }
  const reference = parseStackReference(stack);
  // A part of the stack, which is what an update itself brings up, is no occasion for one.
  const coming = isOfPart(args) ? undefined : await comingUpdates(configFile, reference, { updates, restores });
  announce(coming);
  const given = args.filter((arg) => !["--yes", "--skip-preview"].includes(arg));
  if (!args.includes("--skip-preview")) {
    const ended = await plan(stack, ["--updates", updates, ...given], process.stdin.isTTY && !args.includes("--yes"));
    if (ended !== undefined) {
      return ended;
    }
  }
  await tellHosts("before", configFile, reference);
  if (coming !== undefined) {
    const code = await carryOut(stack, configFile, coming, { updates, restores });
    if (code !== 0) {
      return exitCodes.failed;
    }
  }
  const log = newLog(join("build", "logs"), stack);
  const command = [
    "up",
    "--stack",
    stack,
    "--yes",
    "--skip-preview",
    "--non-interactive",
    "--color",
    "never",
    ...given,
    ...partOptions(given),
  ];
  const { code, events } = await runWithView(command, log, terminal(process.stdout), process.stdout.isTTY);
  if (code !== 0 && !events.some(({ diagnosticEvent }) => diagnosticEvent?.severity === "error")) {
    // It ended before the engine began: what it printed is all that there is to read.
    console.error(readFileSync(log, "utf8").trim());
  }
  console.log(`  the full log: ${log}`);
  if (code === 0) {
    await tellHosts("after", configFile, reference);
    if (!isOfPart(args)) {
      await warnOfDomains(configFile, reference);
    }
    return exitCodes.nothingToDo;
  }
  const isBroken = events.some(({ policyEvent }) => policyEvent?.enforcementLevel === "mandatory");
  return isBroken ? exitCodes.policyBroken : (knownFailure(readFileSync(log, "utf8"))?.code ?? exitCodes.failed);
}

main(process.argv.slice(2))
  .then((code) => (process.exitCode = code))
  .catch((error: Error) => {
    console.error(`odoo-fleet: ${error.message}`);
    process.exitCode = exitCodes.failed;
  });
