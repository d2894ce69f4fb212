/**
 * `export.ts STACK --config-file FILE --restores FOLDER --tenant NAME --to FILE [--at TIME]`: writes a tenant's database and files, as a
 * pair, into a zip as Odoo's own database manager makes it. docs/backups.md says what it does. Exit codes: 0 done, 1 refused or
 * failed, with a message that says why, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { exportOf } from "../components/export/exportTenant";
import { engineClient } from "../components/host/engineClient";
import { showBytes } from "../components/restore/inTurn";
import { RestoreError } from "../components/restore/restorer";
import { readTime } from "../components/restore/time";
import { runInterruptible } from "./interruptible";
import { RestoreJournal } from "./restore/journal";
import { fleetOfStackFile } from "./stackFile";
import { parseStackReference } from "./stackName";

const usage =
  'Usage: make export TENANT=acme TO=acme.zip [AT="2026-11-26 10:15"] [STACK=dev]; AT is in UTC, or has a zone such as +02:00';

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, restores: text, tenant: text, to: text, at: text },
  });
  const { "config-file": configFile, restores, tenant: name, to, at: asked } = values;
  const at = readTime(asked);
  const [stack] = positionals;
  if (!stack || !configFile || !restores || !name || !to) {
    console.error(usage);
    return 2;
  }
  const { environment } = parseStackReference(stack);
  const fleet = fleetOfStackFile(readFileSync(configFile, "utf8"), environment);
  const tenant = fleet.tenants[name];
  if (tenant === undefined) {
    const known = Object.keys(fleet.tenants).join(", ");
    throw new RestoreError(`TENANT=${name} isn't declared; expected one of: ${known}`);
  }
  const journal = new RestoreJournal(restores, environment, name);
  const other = journal.claim();
  if (other) {
    throw new RestoreError(
      `another make restore or make export of ${name} is under way: process ${other.pid}. Nothing was exported.`,
    );
  }
  const step = journal.read()?.step;
  if (step === "switching" || step === "undoing") {
    throw new RestoreError(
      `a restore of ${name} was interrupted; go on with it first: make restore TENANT=${name}${step === "undoing" ? " UNDO=yes" : ""} STACK=${environment}`,
    );
  }
  const say = (line: string): void => console.log(`odoo-fleet: ${name}: ${line}`);
  const engine = engineClient(fleet.hosts[tenant.host]!);
  const began = Date.now();
  const options = { say, signal, ...(at !== undefined && { at: new Date(at * 1000) }) };
  const { bytes, sha256 } = await exportOf({ environment, tenant, engine }, to, options).catch((error: unknown) => {
    throw signal.aborted ? new RestoreError(`interrupted. Nothing was exported: ${name} is as it was.`) : error;
  });
  say(`exported to ${to} in ${Math.round((Date.now() - began) / 1000)} s: ${showBytes(bytes)}, SHA-256 ${sha256}`);
  return 0;
}

runInterruptible(run);
