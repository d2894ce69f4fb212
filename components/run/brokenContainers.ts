import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { type ConfigProblem, listProblems } from "../../fleet/errors";
import { labelPrefix } from "../../fleet/labels";
import type { Host } from "../../fleet/types";
import type { StartedContainer } from "../container/serviceContext";
import { engineClient } from "../host/engineClient";
import { sayAndFail } from "./sayAndFail";

/** What this run declared on a host that it may change. */
export interface CheckedHost {
  readonly host: Host;
  readonly containers: readonly StartedContainer[];
}

/** Seconds for an engine's answer. */
const engineDeadline = 30;

/** Longest time, in milliseconds, that an Odoo which was started in place is waited for, and how often it is looked at. */
const startDeadline = 300_000;
const pause = 2000;

/** Milliseconds in which what doesn't work may come back by itself: an engine restarts what ended, and a host may just be back. */
const grace = 20_000;

/**
 * Lets the run fail when it is through and a container that it declared doesn't run, or is unhealthy. Pulumi changes a container
 * for what is declared of it, not for how it is: one that failed half-way while it was made, or that broke later, would stay
 * as it is, and the run would succeed. (`#initerror` in `containerOptions` replaces what failed in the run before; a refresh in
 * between makes Pulumi forget that.)
 *
 * Nobody waits for this: the program's outputs are there before, as in a run that fails for another reason.
 *
 * @param name tells the failing resource apart where there is more than one caller in a stack.
 */
export function reportBrokenContainers(name: string, environment: string, hosts: readonly CheckedHost[]): void {
  if (pulumi.runtime.isDryRun() || hosts.every(({ containers }) => containers.length === 0)) {
    return;
  }
  const done = pulumi.runtime.rpcKeepAlive();
  void check(environment, hosts)
    .then((problems) => {
      if (problems.length > 0) {
        // It fails, and so is never in the state.
        new command.local.Command(`${name}-broken`, {
          create: sayAndFail,
          stdin: listProblems("Everything declared was carried out, and not everything works.", problems),
          logging: "none",
          addPreviousOutputInEnv: false,
        });
      }
    })
    .catch((error: Error) => pulumi.log.warn(`whether all containers work couldn't be asked: ${error.message}`))
    .finally(done);
}

async function check(environment: string, hosts: readonly CheckedHost[]): Promise<ConfigProblem[]> {
  // All of them first: an error ends a run, and this one isn't worth that another host is left half-way.
  const made = await Promise.all(
    hosts.map(async ({ host, containers }) => ({ host, containers: await madeOf(containers) })),
  );
  const problems = await Promise.all(
    made
      .filter(({ containers }) => containers.length > 0)
      .map(async ({ host, containers }) => {
        const engine = engineClient(host, engineDeadline);
        const found = await settledStates(engine, environment, containers);
        return brokenContainers(containers, found, host);
      }),
  );
  return problems.flat();
}

/** Those that are there: not one that failed in this run, which says so itself, nor one that the run leaves out (`--target`). */
async function madeOf(containers: readonly StartedContainer[]): Promise<StartedContainer[]> {
  const made = await Promise.all(
    containers.map(async ({ id }) => {
      const isKnown = await (id as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
      return isKnown && (await new Promise<boolean>((resolve) => id.apply((value?: string) => resolve(!!value))));
    }),
  );
  return containers.filter((_, index) => made[index]);
}

/** How a container is. */
export interface ContainerState {
  /** The engine's word: `running`, `exited`, `created`... */
  readonly state: string;
  readonly health?: "starting" | "unhealthy";
}

/** The states by container, once no Odoo is starting any more, and what doesn't work had time to come back. */
async function settledStates(
  engine: Docker,
  environment: string,
  containers: readonly StartedContainer[],
): Promise<ReadonlyMap<string, ContainerState>> {
  const start = Date.now();
  for (;;) {
    const states = await readStates(engine, environment);
    const starting = containers.some(({ name, isWaitedFor }) => isWaitedFor && states.get(name)?.health === "starting");
    const works = containers.every(({ name }) => isWorking(states.get(name)));
    const longest = starting ? startDeadline : works ? 0 : grace;
    if (Date.now() - start >= longest) {
      return states;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function readStates(engine: Docker, environment: string): Promise<Map<string, ContainerState>> {
  const label = [`${labelPrefix}.environment=${environment}`];
  const states = new Map<string, ContainerState>();
  // One after the other: a server may drop SSH connections that are opened at once.
  for (const health of [undefined, "starting", "unhealthy"] as const) {
    const filters: Record<string, string[]> = health === undefined ? { label } : { label, health: [health] };
    for (const { Names, State } of await engine.listContainers({ all: true, filters })) {
      states.set(Names[0]!.slice(1), { state: State, ...(health && { health }) });
    }
  }
  return states;
}

function isWorking(found: ContainerState | undefined): boolean {
  return found?.state === "running" && found.health !== "unhealthy";
}

/** What is wrong with the containers of a host. Pure: their states are read before. */
export function brokenContainers(
  containers: readonly StartedContainer[],
  states: ReadonlyMap<string, ContainerState>,
  host: Pick<Host, "name">,
): ConfigProblem[] {
  return containers.flatMap(({ name, tenant, key = "monitoring" }) => {
    const found = states.get(name);
    if (isWorking(found)) {
      return [];
    }
    const path = tenant === undefined ? `odoo-fleet:${key}` : `odoo-fleet:tenants.${tenant}`;
    const how = found === undefined ? "gone" : found.state === "running" ? "unhealthy" : found.state;
    return [
      {
        path,
        value: `container ${name} on host ${host.name} is ${how}`,
        expected: "it runs and is healthy; nothing that is declared of it changed, so it was left as it is",
        wayOut: wayOut(name, how),
      },
    ];
  });
}

function wayOut(name: string, how: string): string {
  const refresh = "make refresh (pulumi up --refresh)";
  switch (how) {
    case "gone":
      return `${refresh} makes it anew`;
    case "unhealthy":
      return (
        `mend what docker logs ${name} shows, and it becomes healthy by itself; or have it made anew, its data is in ` +
        `volumes: docker rm --force ${name}, then ${refresh}`
      );
    default:
      return `see docker logs ${name}; ${refresh} starts it, or makes it anew`;
  }
}
