import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { allEnded } from "../../components/host/allEnded";
import { progressFile } from "../../components/host/bootstrapProgress";
import { renderInventory } from "../../components/host/inventory";
import { resolveFleet } from "../../fleet";
import { setLabel, type TestHost, TestHosts } from "../../tests/support/hosts";
import { hostConfig } from "../../tests/support/hosts/fleet";
import type { Cleanup } from "./cleanup";
import { removeLabelled } from "./engine";
import type { Bench } from "./fixture";
import { BenchStack } from "./stack";

/** Name of the set of machines; their names, and those of their environments, begin with it. */
const set = "test-bench-hosts";

/** Network of the machines, and second part of the first one's tenants' subnets, which none uses: 10.146 to 10.149. */
const [machineSubnet, firstTenantNetwork] = ["10.146.0", 147];

/** Name of each host in its fleet. */
const hostName = "odoo-1";

/** A bare Debian 12 server, and a fleet of it alone that isn't brought up yet. */
export interface BareServer {
  readonly machine: TestHost;
  readonly stack: BenchStack;
  /** The host as the fleet's configuration has it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Name of its bootstrap's run, see `HostBootstrap`. */
  readonly run: string;
  /** What its bootstrap gives Ansible. */
  readonly inventory: string;
}

/** Bare servers. `remove` takes them away, with all that is on them; what is left to the cleanup is nothing then. */
export interface BareServers {
  readonly servers: readonly BareServer[];
  readonly remove: () => Promise<void>;
}

/** Starts test hosts, each with a stack of its own. The image of a test host is made first, if the engine lacks it. */
export async function bareServers({ cleanup, folder }: Bench, count: number): Promise<BareServers> {
  // What an earlier benchmark that was killed left on the engine.
  await removeLabelled([`${setLabel}=${set}`]);
  const machines = new TestHosts(set, machineSubnet);
  const starting = start(machines, count);
  let removed: Promise<void> | undefined;
  // Not while one is being made, which would stay.
  const remove = (): Promise<void> =>
    (removed ??= starting.then(
      () => machines.clean(),
      () => machines.clean(),
    ));
  cleanup.defer("the benchmark's hosts", remove);
  const servers: BareServer[] = [];
  for (const [index, machine] of (await starting).entries()) {
    const stack = new BenchStack(`${set}-${index + 1}`, join(folder, `host-${index + 1}`), cleanup);
    const config = hostConfig(machine, machines.identityFile, firstTenantNetwork + index);
    const run = `${stack.name}.${hostName}`;
    forgetRun(run, cleanup);
    await stack.init();
    declareHost(stack, config);
    servers.push({ machine, stack, config, run, inventory: inventoryOf(stack.name, config) });
  }
  return { servers, remove };
}

/** Declares a fleet of one host without tenants. */
export function declareHost(stack: BenchStack, config: Readonly<Record<string, unknown>>): void {
  stack.declare({}, { "odoo-fleet:hosts": { [hostName]: config } });
}

/** Folder in which a run keeps its log. */
export function runFolder(run: string): string {
  return dirname(progressFile(run));
}

/** Settles when nothing is being made any more, also when one of them can't be. */
async function start(machines: TestHosts, count: number): Promise<readonly TestHost[]> {
  await machines.start();
  const numbers = Array.from({ length: count }, (_, index) => 11 + index);
  return allEnded(numbers.map((number) => machines.host("bookworm", number)));
}

/** The logs of its two runs go with the benchmark. */
function forgetRun(run: string, cleanup: Cleanup): void {
  cleanup.defer(`the logs of ${run}`, () => {
    for (const name of [run, `${run}.ports`]) {
      rmSync(runFolder(name), { recursive: true, force: true });
    }
  });
}

function inventoryOf(environment: string, config: Readonly<Record<string, unknown>>): string {
  const { hosts } = resolveFleet({ hosts: { [hostName]: config } }, environment);
  return renderInventory(hosts[hostName]!);
}
