import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { type ConfigProblem, listProblems } from "../../fleet/errors";
import { labelPrefix } from "../../fleet/labels";
import type { Host } from "../../fleet/types";
import type { DeclaredObject, ServiceContext, StartedContainer } from "../container/serviceContext";
import { engineClient } from "../host/engineClient";
import { missingObjects, readObjects } from "./missingObjects";
import { sayAndFail } from "./sayAndFail";

/** What this run declared on a host that it may change. */
export interface CheckedHost {
  readonly host: Host;
  readonly context: Pick<ServiceContext, "started" | "declared">;
}

/** Seconds for an engine's answer. */
const engineDeadline = 30;

/** Longest time, in milliseconds, that an Odoo which was started in place is waited for, and how often it is looked at. */
const startDeadline = 300_000;
const pause = 2000;

/** Milliseconds in which what doesn't work may come back by itself: an engine restarts what ended, and a host may just be back. */
const grace = 20_000;

/**
 * Lets the run fail when it is through and a container that it declared doesn't run, is unhealthy, or isn't on its networks, or when
 * something else that it declared is gone. Pulumi changes a container
 * for what is declared of it, not for how it is: one that failed half-way while it was made, or that broke later, would stay
 * as it is, and the run would succeed. (`#initerror` in `containerOptions` replaces what failed in the run before; a refresh in
 * between makes Pulumi forget that.) Likewise with what somebody removes by hand, as `docker system prune` does with the containers
 * and the network of a suspended tenant.
 *
 * Nobody waits for this: the program's outputs are there before, as in a run that fails for another reason.
 *
 * @param name tells the failing resource apart where there is more than one caller in a stack.
 */
export function reportBrokenContainers(name: string, environment: string, hosts: readonly CheckedHost[]): void {
  if (pulumi.runtime.isDryRun() || hosts.every(({ context }) => context.declared.length === 0)) {
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
    hosts.map(async ({ host, context: { started, declared } }) => ({
      host,
      containers: await Promise.all((await madeOf(started, ({ container }) => container)).map(placed)),
      objects: await madeOf(declared, ({ resource }) => resource),
    })),
  );
  const problems = await Promise.all(
    made.filter(({ objects }) => objects.length > 0).map((one) => checkHost(environment, one)),
  );
  return problems.flat();
}

interface MadeOnHost {
  readonly host: Host;
  readonly containers: readonly PlacedContainer[];
  readonly objects: readonly DeclaredObject[];
}

async function checkHost(environment: string, { host, containers, objects }: MadeOnHost): Promise<ConfigProblem[]> {
  const engine = engineClient(host, engineDeadline);
  const states = await settledStates(engine, environment, containers);
  const broken = brokenContainers(containers, states, host);
  // One that is to run is among those.
  const others = objects.filter(
    ({ kind, name }) => kind !== "container" || !containers.some((one) => one.name === name),
  );
  return [...broken, ...missingObjects(others, await readObjects(engine, states.keys()), host)];
}

/** Those that are there: not one that failed in this run, which says so itself, nor one that the run leaves out (`--target`). */
async function madeOf<T>(all: readonly T[], resourceOf: (one: T) => pulumi.CustomResource): Promise<T[]> {
  const made = await Promise.all(
    all.map(async (one) => {
      const { id } = resourceOf(one);
      const isKnown = await (id as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
      return isKnown && (await new Promise<boolean>((resolve) => id.apply((value?: string) => resolve(!!value))));
    }),
  );
  return all.filter((_, index) => made[index]);
}

/** One with the networks that it is declared on, each by the id or the name by which it is. */
export interface PlacedContainer extends Omit<StartedContainer, "container"> {
  readonly networks: readonly string[];
}

async function placed({ container, ...what }: StartedContainer): Promise<PlacedContainer> {
  const declared = await new Promise<readonly { name: string }[] | undefined>((resolve) =>
    container.networksAdvanced.apply(resolve),
  );
  return { ...what, networks: (declared ?? []).map(({ name }) => name) };
}

/** How a container is. */
export interface ContainerState {
  /** The engine's word: `running`, `exited`, `created`... */
  readonly state: string;
  readonly health?: "starting" | "unhealthy";
  /** The networks that it is on, by ids and by names. */
  readonly networks: readonly string[];
}

/** The states by container, once no Odoo is starting any more, and what doesn't work had time to come back. */
async function settledStates(
  engine: Docker,
  environment: string,
  containers: readonly PlacedContainer[],
): Promise<ReadonlyMap<string, ContainerState>> {
  const start = Date.now();
  for (;;) {
    const states = await readStates(engine, environment);
    const starting = containers.some(({ name, isWaitedFor }) => isWaitedFor && states.get(name)?.health === "starting");
    const works = containers.every((one) => fault(one, states.get(one.name)) === undefined);
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
    for (const { Names, State, NetworkSettings } of await engine.listContainers({ all: true, filters })) {
      const networks = Object.entries(NetworkSettings?.Networks ?? {}).flatMap(([name, one]) => [name, one.NetworkID]);
      states.set(Names[0]!.slice(1), { state: State, ...(health && { health }), networks });
    }
  }
  return states;
}

/** What is wrong with a container; undefined: it works. */
function fault({ networks }: Pick<PlacedContainer, "networks">, found: ContainerState | undefined): string | undefined {
  if (found === undefined) {
    return "gone";
  }
  if (found.state !== "running") {
    return found.state;
  }
  if (networks.some((network) => !found.networks.includes(network))) {
    return "not on all of its networks";
  }
  return found.health === "unhealthy" ? "unhealthy" : undefined;
}

/** What is wrong with the containers of a host that are to run. Pure: their states are read before. */
export function brokenContainers(
  containers: readonly PlacedContainer[],
  states: ReadonlyMap<string, ContainerState>,
  host: Pick<Host, "name">,
): ConfigProblem[] {
  return containers.flatMap((container) => {
    const { name, tenant, key = "monitoring" } = container;
    const how = fault(container, states.get(name));
    if (how === undefined) {
      return [];
    }
    const path = tenant === undefined ? `odoo-fleet:${key}` : `odoo-fleet:tenants.${tenant}`;
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
  const anew = `docker rm --force ${name}, then ${refresh}`;
  switch (how) {
    case "gone":
      return `${refresh} makes it anew`;
    case "paused":
      return `docker unpause ${name}`;
    case "not on all of its networks":
      return `have it made anew, its data is in volumes: ${anew}`;
    case "unhealthy":
      return `mend what docker logs ${name} shows, and it becomes healthy by itself; or have it made anew, its data is in volumes: ${anew}`;
    default:
      return `see docker logs ${name}; ${refresh} starts it, or makes it anew`;
  }
}
