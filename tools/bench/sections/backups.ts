import { setTimeout } from "node:timers/promises";
import { cpuPercent, memoryMiB, serviceContainer } from "../engine";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { ask, backedUp } from "../tenantData";
import { median } from "../stats";

/** Seconds over which the processor's time of what backs up is counted. */
const counted = 300;
/** Seconds without a write before memory is read. */
const quiet = 60;

/** Memory of a tenant's two helpers, and what those of twenty tenants take of a core while each writes once a minute. */
export async function backups(bench: Bench): Promise<Figures> {
  const { stack, tenants } = await bench.fleetOf(20);
  const names = Object.keys(tenants);
  const helpers = await Promise.all(
    names.flatMap((name) => (["backup", "files"] as const).map((one) => serviceContainer(stack.name, name, one))),
  );
  // The first backups of all of them are made one after the other.
  await Promise.all(names.map((name) => backedUp(`${stack.name}-${name}-backup`)));
  bench.say(`waiting ${quiet} s for what backs ${names.length} tenants up to be idle`);
  await setTimeout(quiet * 1000);
  const memory = await Promise.all(helpers.map(memoryMiB));
  const ofTenants = names.map((_, index) => memory[2 * index]! + memory[2 * index + 1]!);
  bench.say(`counting its processor's time for ${counted} s, with a write a minute in each`);
  const end = Date.now() + counted * 1000;
  const writing = (async () => {
    for (; Date.now() < end - 60_000; await setTimeout(60_000)) {
      await Promise.all(
        names.map((name) =>
          ask(
            `${stack.name}-${name}-postgres`,
            name,
            "CREATE TABLE IF NOT EXISTS bench_mark (at timestamptz); INSERT INTO bench_mark VALUES (now())",
          ),
        ),
      );
    }
  })();
  const shares = await Promise.all(helpers.map((helper) => cpuPercent(helper, counted)));
  await writing;
  return {
    "backup.idle.MiB": median(ofTenants),
    "backup.cpu.percent": shares.reduce((sum, share) => sum + share, 0),
  };
}
