/**
 * `perTenant.ts up|preview|destroy STACK --config-file FILE [--policy-pack FOLDER] [--policy-pack-config FILE] [--updates FOLDER] [--restores FOLDER]
 * [--format md|json] [ARGS]`: does it with an environment whose tenants have stacks of their own; ARGS go to Pulumi, for each stack. `destroy` removes those
 * of the tenants. Exit codes: docs/operations.md.
 */
import { createInterface } from "node:readline/promises";
import { FleetConfigError } from "../fleet";
import { destroyTenants } from "./perTenant/destroy";
import { lookAt } from "./perTenant/environment";
import { previewAsOne, writeSummary } from "./perTenant/preview";
import { upAll } from "./perTenant/up";
import { exitCodes } from "./preview/exitCodes";
import { takeOption } from "./takeOption";
import { announce, carryOut, comingUpdates } from "./up/automaticUpdates";
import { warnOfDomains } from "./up/domains";
import { tellHosts } from "./up/schedules";

async function main([command, stack, ...args]: string[], signal: AbortSignal): Promise<number> {
  const format = takeOption(args, "format") ?? "md";
  const [configFile, pack] = [takeOption(args, "config-file"), takeOption(args, "policy-pack")];
  const packConfig = takeOption(args, "policy-pack-config");
  const [updates, restores, output] = ["updates", "restores", "output"].map((name) => takeOption(args, name));
  if (
    !command ||
    !stack ||
    !configFile ||
    !["up", "preview", "destroy"].includes(command) ||
    !["md", "json"].includes(format)
  ) {
    console.error("usage: perTenant.ts up|preview|destroy STACK --config-file FILE [--format md|json] [ARGS]");
    return exitCodes.failed;
  }
  const part = args.find((arg) => /^--(target|exclude|replace)/.test(arg));
  if (part !== undefined) {
    throw new Error(
      `${part}: expected no part of a stack, since STACK=${stack} is many (odoo-fleet:layout is perTenant). Way out: name one of them, STACK=${stack}.TENANT. Nothing was changed.`,
    );
  }
  if (command === "destroy") {
    return destroyTenants(stack, signal);
  }
  const environment = await lookAt(stack, configFile, args.includes("--refresh"));
  const policies = [
    ...(pack ? ["--policy-pack", pack] : []),
    ...(packConfig ? ["--policy-pack-config", packConfig] : []),
  ];
  const own = ["--config-file", configFile, ...policies];
  const toPulumi = args.filter((arg) => !["--yes", "--skip-preview"].includes(arg));
  const preview = { own, args: toPulumi, hasPack: pack !== undefined };
  if (command === "preview") {
    const summary = await previewAsOne(environment, preview, signal);
    const texts = writeSummary(summary, output);
    process.stdout.write(texts[format as "md" | "json"]);
    return signal.aborted ? exitCodes.failed : summary.exitCode;
  }
  const folders = updates && restores ? { updates, restores } : undefined;
  const among = environment.tasks.map(({ tenant }) => tenant);
  const coming = folders && (await comingUpdates(configFile, { environment: environment.name }, folders, { among }));
  announce(coming);
  let isSkipped = args.includes("--skip-preview");
  if (process.stdin.isTTY && !isSkipped && !args.includes("--yes")) {
    const summary = await previewAsOne(environment, preview, signal);
    process.stdout.write(writeSummary(summary).md);
    if (summary.exitCode !== exitCodes.nothingToDo && summary.exitCode !== exitCodes.changes) {
      return summary.exitCode;
    }
    const question = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await question.question("Apply these changes? Type yes to continue: ");
    question.close();
    if (answer.trim() !== "yes") {
      console.log("Nothing was changed.");
      return exitCodes.nothingToDo;
    }
    isSkipped = true;
  }
  const notes = folders ? ["--updates", folders.updates, "--restores", folders.restores] : [];
  const more = [...toPulumi, ...(isSkipped ? ["--skip-preview"] : [])];
  const first = folders &&
    coming && {
      tenants: coming.due.map(({ tenant }) => tenant),
      carryOut: () => carryOut(stack, configFile, coming, folders),
    };
  const options = { own: [...own, ...notes, "--yes"], args: more, ...(first && { updates: first }) };
  const code = await upAll(environment, options, signal);
  if (code === 0) {
    // Also of those that nothing was done to: what hosts know is to reach as far again.
    await tellHosts("after", configFile, { environment: environment.name });
    await warnOfDomains(configFile, { environment: environment.name });
  }
  return code;
}

const interrupt = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => interrupt.abort(name));
}
main(process.argv.slice(2), interrupt.signal)
  .then((code) => (process.exitCode = code))
  .catch((error: Error) => {
    console.error(error instanceof FleetConfigError ? error.message : `odoo-fleet: ${error.message}`);
    process.exitCode = exitCodes.failed;
  });
