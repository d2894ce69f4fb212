/**
 * `preview.ts STACK --config-file FILE [--policy-pack FOLDER] [--policy-pack-config FILE] [--format md|json]
 * [--updates FOLDER] [ARGS]`: runs the real preview and prints a summary that a reviewer can read; ARGS go to `pulumi preview`. The same is
 * in build/preview/NAME.md and NAME.json, NAME being the last part of STACK. Exit codes: docs/operations.md.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { estimateHosts } from "../fleet";
import type { StackOwner } from "../fleet/layout";
import { suspendedByLifecycle } from "../fleet/lifecycle/told";
import type { Fleet } from "../fleet/types";
import { nextWindow } from "../fleet/updates";
import { parseEvents } from "./preview/events";
import { exitCodes, knownFailure, PreviewError } from "./preview/exitCodes";
import { refuseLocked } from "./preview/locks";
import { markdown } from "./preview/markdown";
import { refusePackConfig } from "./preview/packConfig";
import { declaredFleet, runPreview } from "./preview/run";
import { type AnnouncedUpdates, summarize } from "./preview/summary";
import { parseStackReference } from "./stackName";
import { takeOption } from "./takeOption";
import { lostDomains } from "./up/domains";
import { dueUpdates, tenantsOfStack } from "./update/due";

/** What `make up` carries out before it applies the declaration; undefined: it updates no tenant by itself. */
async function announcedUpdates(
  fleet: Fleet,
  owner: StackOwner,
  updates: string | undefined,
): Promise<AnnouncedUpdates | undefined> {
  if (fleet.updates === undefined || updates === undefined) {
    return undefined;
  }
  return {
    due: await dueUpdates(fleet, updates, tenantsOfStack(fleet, owner)),
    opens: nextWindow(fleet.updates, new Date()),
  };
}

async function main([stack, ...args]: string[]): Promise<number> {
  const configFile = takeOption(args, "config-file");
  const updates = takeOption(args, "updates");
  const format = takeOption(args, "format") ?? "md";
  const pack = takeOption(args, "policy-pack");
  const packConfig = takeOption(args, "policy-pack-config");
  const folder = takeOption(args, "output") ?? join("build", "preview");
  if (stack === undefined || configFile === undefined || !["md", "json"].includes(format)) {
    throw new PreviewError(exitCodes.failed, "usage: preview.ts STACK --config-file FILE [--format md|json] [ARGS]");
  }
  const owner = parseStackReference(stack);
  const { name, environment, tenant } = owner;
  const isDrift = args.includes("--refresh");
  // What an earlier run left isn't this run's.
  for (const ending of ["md", "json"]) {
    rmSync(join(folder, `${name}.${ending}`), { force: true });
  }
  refuseLocked(process.env["PULUMI_BACKEND_URL"] ?? "", name);
  if (pack !== undefined && packConfig !== undefined) {
    refusePackConfig(pack, packConfig);
  }
  const policy = [
    ...(pack === undefined ? [] : ["--policy-pack", resolve(pack)]),
    ...(packConfig === undefined ? [] : ["--policy-pack-config", resolve(packConfig)]),
  ];
  const { code, stdout, stderr } = await runPreview(stack, resolve(configFile), [...policy, ...args]);
  const events = parseEvents(stdout);
  const fleet = declaredFleet(environment, configFile);
  const summary = summarize({
    stack: name,
    events,
    code,
    policyPack: pack !== undefined,
    hosts: fleet && estimateHosts(fleet),
    suspended: fleet && suspendedByLifecycle(fleet).filter((one) => tenant === undefined || one.tenant === tenant),
    updates: fleet && (await announcedUpdates(fleet, owner, updates)),
    // What is compared with what really runs includes whose names are served.
    lostDomains: isDrift ? fleet && (await lostDomains(fleet, undefined, tenantsOfStack(fleet, owner))) : undefined,
  });
  if (summary.exitCode === exitCodes.failed) {
    const failure = knownFailure(stderr);
    if (failure !== undefined) {
      throw failure;
    }
    const printed = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("warning: using pulumi-"));
    console.error([...summary.errors, ...printed].join("\n"));
  }
  const texts = { md: markdown(summary), json: `${JSON.stringify(summary, null, 2)}\n` };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.md`), texts.md);
  writeFileSync(join(folder, `${name}.json`), texts.json);
  process.stdout.write(texts[format as "md" | "json"]);
  return summary.exitCode;
}

main(process.argv.slice(2))
  .then((code) => (process.exitCode = code))
  .catch((error: Error) => {
    console.error(`odoo-fleet: ${error.message}`);
    process.exitCode = error instanceof PreviewError ? error.code : exitCodes.failed;
  });
