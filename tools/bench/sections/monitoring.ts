import { setTimeout } from "node:timers/promises";
import { cpuPercent, memoryMiB, sharedContainers } from "../engine";
import type { Figures } from "../figures";
import type { Bench, RunningFleet } from "../fixture";

/** Seconds between the first scrape of everything and the measurement: what starts has settled by then. */
const quiet = 120;

/** Seconds over which cAdvisor's processor time is counted: four rounds of its housekeeping. */
const counted = 60;

/** What watching costs: the memory of all of it, series and time of a scrape, and what cAdvisor takes of a core. */
export async function monitoring(bench: Bench): Promise<Figures> {
  const two = await measure(bench, await bench.fleetOf(2), 2);
  const twenty = await measure(bench, await bench.fleetOf(20), 20);
  return {
    "monitoring.2.MiB": two.memory,
    "monitoring.20.MiB": twenty.memory,
    "monitoring.seriesPerTenant": twenty.seriesPerTenant,
    "monitoring.scrape.seconds": twenty.scrapeSeconds,
    "monitoring.cadvisor.cpuPercent": twenty.cadvisorPercent,
  };
}

interface Cost {
  readonly memory: number;
  readonly seriesPerTenant: number;
  readonly scrapeSeconds: number;
  readonly cadvisorPercent: number;
}

/** Watches a fleet, measures, and leaves it as it was: two on one engine would want the same addresses. */
async function measure(bench: Bench, { stack, tenants }: RunningFleet, count: number): Promise<Cost> {
  stack.declare(tenants, { "odoo-fleet:monitoring": {} });
  await stack.up("--parallel", "6");
  try {
    const outputs = await stack.outputs<{
      monitoring: Record<string, { prometheus: string }>;
      monitoringPasswords: Record<string, string>;
    }>();
    const ask = asker(outputs.monitoring["local"]!.prometheus, outputs.monitoringPasswords["local"]!);
    await allUp(ask);
    bench.say(`${count} tenants are watched; waiting ${quiet} s for it to settle`);
    await setTimeout(quiet * 1000);
    const parts = await Promise.all((await sharedContainers(stack.name)).map(memoryMiB));
    const cost = {
      memory: parts.reduce((sum, part) => sum + part, 0),
      seriesPerTenant: await ask('max(count by (tenant) ({tenant!=""}))'),
      scrapeSeconds: await ask("max(max_over_time(scrape_duration_seconds[1m]))"),
      cadvisorPercent: await cpuPercent((await sharedContainers(stack.name, "cadvisor"))[0]!, counted),
    };
    bench.say(`watching ${count} tenants: ${JSON.stringify(cost)}`);
    return cost;
  } finally {
    stack.declare(tenants);
    await stack.up("--parallel", "6");
  }
}

type Ask = (query: string) => Promise<number>;

/** Asks Prometheus for one number; NaN when it has none. */
function asker(url: string, password: string): Ask {
  const headers = { Authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}` };
  return async (query) => {
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`, { headers });
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]?.value[1]);
  };
}

async function allUp(ask: Ask): Promise<void> {
  const deadline = Date.now() + 180_000;
  const isUp = async (): Promise<boolean> => (await ask("min(up)").catch(() => NaN)) === 1;
  while (!(await isUp())) {
    if (Date.now() > deadline) {
      throw new Error("not every target is up after 180 s: see Prometheus's page of targets");
    }
    await setTimeout(1000);
  }
}
