/**
 * `drills.ts STACK --config-file FILE [--tenant NAME] [--format text|json] [--from offsite --identity FILE]`: what proves that each running
 * tenant, and the portal's database, can be restored: when that was last proven, from which copy, how long it took, and what was wrong in the
 * last drill. With `--tenant`, one of that tenant (`portal`: of the portal) is made first; with `--from offsite`, from the copies off the host and
 * the keys in escrow, of that tenant or of the quarter of all tenants of which that is longest ago.
 * Exit codes: 0 each is proven within its `backup.drillEvery` and a day, 1 one isn't, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { engineClient } from "../components/host/engineClient";
import { execOutput, execText } from "../components/host/engineExec";
import type { Fleet, RunningTenant } from "../fleet/types";
import { columns } from "./columns";
import { drillOffsite, oldestQuarter } from "./drills/offsite";
import {
  type Drill,
  type Drilled,
  drilledOf,
  isDrilledOffsite,
  isFresh,
  offsiteProof,
  readDrill,
  readOffsite,
} from "./drills/report";
import { runInterruptible } from "./interruptible";
import { fleetOfStackFile } from "./stackFile";
import { psql } from "../components/host/psql";
import { StackCommands } from "./move/stack";
import { copiesOf } from "./restore/copiesOf";
import { parseStackReference } from "./stackName";

const usage =
  "Usage: make drills [STACK=dev] [FORMAT=json], or make drill TENANT=acme [FROM=offsite IDENTITY=age-key.txt] [STACK=dev], or make drills FROM=offsite IDENTITY=age-key.txt [STACK=dev]";

/** Longest time in milliseconds for a host's answer, and for a drill. */
const [answerDeadline, drillDeadline] = [30_000, 86_400_000];

/** What a tenant's helper keeps of its drills. */
const kept = [
  "sh",
  "-c",
  "cd /var/lib/odoo-fleet/repository; cat drill.proven 2>/dev/null; echo --; cat drill.fault 2>/dev/null; true",
];

async function drillOf(fleet: Fleet, tenant: Drilled): Promise<Drill> {
  const engine = engineClient(fleet.hosts[tenant.host]!);
  const ask = (container: string, command: readonly string[]): Promise<string> =>
    execText(engine.getContainer(container), command, AbortSignal.timeout(answerDeadline));
  try {
    const local = readDrill(tenant, await ask(tenant.names.backup, kept));
    return { ...local, ...readOffsite(await ask(tenant.names.postgres, psql(tenant.database, offsiteProof))) };
  } catch (error) {
    return { tenant: tenant.name, host: tenant.host, fault: `can't be asked: ${(error as Error).message}` };
  }
}

/** Makes a drill of one now, and shows what it says. */
async function drillNow(fleet: Fleet, tenant: Drilled): Promise<void> {
  const helper = engineClient(fleet.hosts[tenant.host]!).getContainer(tenant.names.backup);
  try {
    for await (const piece of execOutput(helper, ["odoo-fleet-backup", "drill"], AbortSignal.timeout(drillDeadline))) {
      process.stderr.write(piece);
    }
  } catch (error) {
    console.error(`odoo-fleet: ${tenant.name}: ${(error as Error).message}`);
  }
}

/** Makes drills from the copies; what is wrong with one keeps no other from being made. */
async function drillCopies(
  stack: string,
  { fleet, tenants }: { readonly fleet: Fleet; readonly tenants: readonly RunningTenant[] },
  identity: string,
  signal: AbortSignal,
): Promise<void> {
  const copies = await copiesOf(fleet, new StackCommands(stack));
  const { environment } = parseStackReference(stack);
  for (const tenant of tenants) {
    const say = (line: string): void => console.error(`odoo-fleet: ${tenant.name}: ${line}`);
    try {
      await drillOffsite({ environment, fleet, copies, identity, say, signal }, tenant);
    } catch (error) {
      say(signal.aborted ? "interrupted" : `the drill failed: ${(error as Error).message}`);
    }
    if (signal.aborted) {
      return;
    }
  }
}

async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, tenant: text, format: text, from: text, identity: text },
  });
  const [stack] = positionals;
  const { "config-file": file, tenant: wanted, format = "text", from, identity } = values;
  const isWrong = wanted === "" || !["text", "json"].includes(format) || ![undefined, "offsite"].includes(from);
  if (stack === undefined || file === undefined || isWrong || (from !== undefined) !== (identity !== undefined)) {
    console.error(usage);
    return 2;
  }
  const fleet = fleetOfStackFile(readFileSync(file, "utf8"), parseStackReference(stack).environment);
  const all = drilledOf(fleet);
  const able = identity === undefined ? all : all.filter(isDrilledOffsite);
  const tenants = wanted === undefined ? all : able.filter(({ name }) => name === wanted);
  if (wanted !== undefined) {
    if (tenants.length === 0) {
      const names = able.map(({ name }) => name).join(", ");
      const what = identity === undefined ? "a tenant that runs" : "a tenant that runs and has copies off its host";
      console.error(`odoo-fleet: TENANT=${wanted} isn't ${what}; expected one of: ${names}`);
      return 2;
    }
    if (identity === undefined) {
      await drillNow(fleet, tenants[0]!);
    }
  }
  if (identity !== undefined) {
    const own = tenants.filter(isDrilledOffsite);
    const last = new Map(
      (await Promise.all(own.map((tenant) => drillOf(fleet, tenant)))).map((one) => [one.tenant, one]),
    );
    const due = wanted === undefined ? oldestQuarter(own, ({ name }) => last.get(name)?.offsite?.proven) : own;
    await drillCopies(stack, { fleet, tenants: due }, identity, signal);
  }
  const drills = await Promise.all(tenants.map((tenant) => drillOf(fleet, tenant)));
  const now = Date.now() / 1000;
  const fresh = drills.map((drill, index) => isFresh(drill, tenants[index]!.backup, now));
  if (format === "json") {
    process.stdout.write(`${JSON.stringify(drills, null, 2)}\n`);
  } else {
    const time = (seconds: number | undefined): string =>
      seconds === undefined ? "never" : new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
    const took = (seconds: number | undefined): string => (seconds === undefined ? "" : `${seconds} s`);
    const rows = drills.flatMap(({ tenant, host, proven, seconds, fault, offsite }) => [
      [tenant, host, "host", time(proven), took(seconds), fault ?? ""],
      ...(offsite
        ? [[tenant, host, "off-site", time(offsite.proven), took(offsite.seconds), offsite.fault ?? ""]]
        : []),
    ]);
    process.stdout.write(columns([["tenant", "host", "copy", "proven (UTC)", "took", "what was wrong"], ...rows]));
  }
  return fresh.every(Boolean) ? 0 : 1;
}

runInterruptible(run);
