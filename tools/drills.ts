/**
 * `drills.ts STACK --config-file FILE [--tenant NAME] [--format text|json]`: what proves that each running tenant can be restored: when that
 * was last proven, how long it took, and what was wrong in the last drill. With `--tenant`, one of that tenant is made first.
 * Exit codes: 0 each tenant is proven within its `backup.drillEvery` and a day, 1 one isn't, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { engineClient } from "../components/host/engineClient";
import { execOutput, execText } from "../components/host/engineExec";
import { FleetConfigError } from "../fleet/errors";
import { runningOf } from "../fleet/tenantsOn";
import type { Fleet, Tenant } from "../fleet/types";
import { columns } from "./columns";
import { type Drill, isFresh, readDrill } from "./drills/report";
import { fleetOfStackFile } from "./monitoring";
import { parseStackReference } from "./stackName";

const usage = "Usage: make drills [STACK=dev] [FORMAT=json], or make drill TENANT=acme [STACK=dev]";

/** Longest time in milliseconds for a host's answer, and for a drill. */
const [answerDeadline, drillDeadline] = [30_000, 86_400_000];

/** What a tenant's helper keeps of its drills. */
const kept = [
  "sh",
  "-c",
  "cd /var/lib/odoo-fleet/repository; cat drill.proven 2>/dev/null; echo --; cat drill.fault 2>/dev/null; true",
];

async function drillOf(fleet: Fleet, tenant: Tenant): Promise<Drill> {
  const helper = engineClient(fleet.hosts[tenant.host]!).getContainer(tenant.names.backup);
  try {
    return readDrill(tenant, await execText(helper, kept, AbortSignal.timeout(answerDeadline)));
  } catch (error) {
    return { tenant: tenant.name, host: tenant.host, fault: `can't be asked: ${(error as Error).message}` };
  }
}

/** Makes a drill of a tenant now, and shows what it says. */
async function drillNow(fleet: Fleet, tenant: Tenant): Promise<void> {
  const helper = engineClient(fleet.hosts[tenant.host]!).getContainer(tenant.names.backup);
  try {
    for await (const piece of execOutput(helper, ["odoo-fleet-backup", "drill"], AbortSignal.timeout(drillDeadline))) {
      process.stderr.write(piece);
    }
  } catch (error) {
    console.error(`odoo-fleet: ${tenant.name}: ${(error as Error).message}`);
  }
}

async function main(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, tenant: text, format: text },
  });
  const [stack] = positionals;
  const { "config-file": file, tenant: wanted, format = "text" } = values;
  if (stack === undefined || file === undefined || wanted === "" || !["text", "json"].includes(format)) {
    console.error(usage);
    return 2;
  }
  const fleet = fleetOfStackFile(readFileSync(file, "utf8"), parseStackReference(stack).name);
  const running = runningOf(Object.values(fleet.tenants));
  const tenants = wanted === undefined ? running : running.filter(({ name }) => name === wanted);
  if (wanted !== undefined) {
    if (tenants.length === 0) {
      const names = running.map(({ name }) => name).join(", ");
      console.error(`odoo-fleet: TENANT=${wanted} isn't a tenant that runs; expected one of: ${names}`);
      return 2;
    }
    await drillNow(fleet, tenants[0]!);
  }
  const drills = await Promise.all(tenants.map((tenant) => drillOf(fleet, tenant)));
  const now = Date.now() / 1000;
  const fresh = drills.map((drill, index) => isFresh(drill, tenants[index]!.backup, now));
  if (format === "json") {
    process.stdout.write(`${JSON.stringify(drills, null, 2)}\n`);
  } else {
    const rows = drills.map(({ tenant, host, proven, seconds, fault }) => [
      tenant,
      host,
      proven === undefined ? "never" : new Date(proven * 1000).toISOString().slice(0, 16).replace("T", " "),
      seconds === undefined ? "" : `${seconds} s`,
      fault ?? "",
    ]);
    process.stdout.write(columns([["tenant", "host", "proven (UTC)", "took", "what was wrong"], ...rows]));
  }
  return fresh.every(Boolean) ? 0 : 1;
}

main(process.argv.slice(2))
  .then((code) => (process.exitCode = code))
  .catch((error: Error) => {
    console.error(error instanceof FleetConfigError ? error.message : `odoo-fleet: ${error.message}`);
    process.exitCode = 1;
  });
