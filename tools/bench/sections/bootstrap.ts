import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ansiblePrograms } from "../../../tests/support/hosts";
import { run } from "../commands";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { type BareServer, bareServers, declareHost, runFolder } from "../hosts";
import { BenchStack } from "../stack";
import { median, ratio } from "../stats";
import { mustBeConverged, mustBeUnchanged } from "../unchanged";

/** Servers that are made hosts, one after the other, and then run again side by side. */
const serverCount = 3;

/** Times one host is run again, and three side by side, in turns. */
const rounds = 3;

/** Times `up` is taken with the bootstrap and without, in turns: their difference is small. */
const upRounds = 5;

/** What HostBootstrap's commands run. */
const runScript = join(__dirname, "..", "..", "..", "ansible", "run.sh");

/** What it takes to make bare servers hosts, and to find that they are. */
export async function bootstrap(bench: Bench): Promise<Figures> {
  bench.say(`starting ${serverCount} bare servers (their image and Ansible too, if they aren't there yet)`);
  ansiblePrograms();
  const { servers, remove } = await bareServers(bench, serverCount);
  try {
    const bare: number[] = [];
    for (const server of servers) {
      bare.push(await makeHost(server));
    }
    bench.say(`from a bare server to a host: ${shown(bare)}`);
    return {
      "bootstrap.bare.seconds": median(bare),
      "bootstrap.unchanged.seconds": await unchanged(bench, servers[0]!),
      ...(await reruns(bench, servers)),
    };
  } finally {
    // Not only at the end: their engines would be a load for the sections that follow.
    await remove();
  }
}

/** `pulumi up` of a fleet of a bare server without tenants; seconds. */
async function makeHost({ machine, stack }: BareServer): Promise<number> {
  await machine.exec("! test -e /usr/sbin/dockerd");
  const { seconds } = await stack.up();
  await machine.exec("docker version --format '{{.Server.Version}}'");
  return seconds;
}

/** Seconds that a bootstrap with nothing to do adds to `up`: against a fleet that takes the same host as it is. */
async function unchanged(bench: Bench, { stack, config }: BareServer): Promise<number> {
  const plain = new BenchStack(`${stack.name}-none`, join(bench.folder, "host-none"), bench.cleanup);
  await plain.init();
  declareHost(plain, { ...config, bootstrap: "none" });
  await plain.up();
  const [withIt, without]: [number[], number[]] = [[], []];
  for (let round = 0; round < upRounds; round++) {
    for (const [fleet, times] of [
      [stack, withIt],
      [plain, without],
    ] as const) {
      const { seconds, output } = await fleet.up();
      mustBeUnchanged(output);
      times.push(seconds);
    }
  }
  bench.say(`nothing to change, with the bootstrap: ${shown(withIt)}, and without: ${shown(without)}`);
  return median(withIt) - median(without);
}

/** Ansible again on one host, and on all of them side by side. */
async function reruns(bench: Bench, servers: readonly BareServer[]): Promise<Figures> {
  const [one, three]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    one.push(await rerun(servers.slice(0, 1)));
    three.push(await rerun(servers));
  }
  bench.say(`a run of Ansible with nothing to change: ${shown(one)}; on three hosts side by side: ${shown(three)}`);
  return {
    "bootstrap.rerun.seconds": median(one),
    "bootstrap.rerun3.seconds": median(three),
    "bootstrap.rerun3.ratio": ratio(median(three), median(one)),
  };
}

/** Runs what the bootstraps of these hosts run, at the same time as `pulumi up` does; seconds until the last one ends. */
async function rerun(servers: readonly BareServer[]): Promise<number> {
  const started = performance.now();
  await Promise.all(
    servers.map(({ run: name, inventory }) =>
      run("bash", [runScript, "site"], { env: { ODOO_FLEET_RUN: name }, input: inventory }),
    ),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const { run: name } of servers) {
    mustBeConverged(readFileSync(join(runFolder(name), "ansible.log"), "utf8"));
  }
  return seconds;
}

function shown(times: readonly number[]): string {
  return `${times.map((one) => one.toFixed(2)).join(", ")} s`;
}
