import { setTimeout } from "node:timers/promises";
import Docker from "dockerode";
import { sharedServices } from "../../fleet/monitoringTypes";

/** The engine that DOCKER_HOST names, or this machine's. */
export const engine = new Docker();

/** Label of what the benchmark makes besides tenants. `tools/clean-tests.sh` removes what carries it. */
export const benchLabel = "odoo-fleet.test=bench";

/** Label filter of everything that belongs to an environment. */
export function environmentFilter(environment: string): string {
  return `odoo-fleet.environment=${environment}`;
}

/** Removes the containers, networks and volumes that carry all of the labels; what is gone already is fine. */
export async function removeLabelled(label: readonly string[]): Promise<void> {
  const filters = { label: [...label] };
  const containers = await engine.listContainers({ all: true, filters });
  await Promise.all(
    containers.map(({ Id }) => engine.getContainer(Id).remove({ force: true, v: true }).catch(ignoreGone)),
  );
  const networks = await engine.listNetworks({ filters });
  await Promise.all(networks.map(({ Id }) => engine.getNetwork(Id).remove().catch(ignoreGone)));
  const { Volumes: volumes } = await engine.listVolumes({ filters });
  await Promise.all((volumes ?? []).map(({ Name }) => engine.getVolume(Name).remove().catch(ignoreGone)));
}

function ignoreGone(error: { statusCode?: number }): void {
  if (![404, 409].includes(error.statusCode ?? 0)) {
    throw error as Error;
  }
}

/** The services of a tenant stack that serve. */
export const services = ["odoo", "postgres", "nginx"] as const;

/** The running container of a tenant's service. */
export async function serviceContainer(
  environment: string,
  tenant: string,
  service: (typeof services)[number] | "backup" | "files",
): Promise<Docker.Container> {
  const labels = [environmentFilter(environment), `odoo-fleet.tenant=${tenant}`, `odoo-fleet.service=${service}`];
  const [found] = await engine.listContainers({ filters: { label: labels } });
  if (!found) {
    throw new Error(`tenant ${tenant} of ${environment} has no running container for ${service}`);
  }
  return engine.getContainer(found.Id);
}

/** The running containers of what an environment's tenants share; all of them, or those of one service. */
export async function sharedContainers(environment: string, service?: string): Promise<Docker.Container[]> {
  const found = await engine.listContainers({ filters: { label: [environmentFilter(environment)] } });
  const wanted: readonly string[] = service === undefined ? sharedServices : [service];
  return found
    .filter(({ Labels }) => wanted.includes(Labels["odoo-fleet.service"] ?? ""))
    .map(({ Id }) => engine.getContainer(Id));
}

/** What the engine counts for a container, in bytes. */
export interface MemoryStats {
  readonly usage: number;
  /** The kernel's own figures; their names differ between cgroup v1 and v2. */
  readonly stats: Readonly<Record<string, number | undefined>>;
}

/**
 * Memory in use as `docker stats` shows it, MiB: without the cached files that the kernel would drop first.
 * cgroup v1 counts them as `total_inactive_file`, v2 as `inactive_file`.
 */
export function usedMiB({ usage, stats }: MemoryStats): number {
  const droppable = stats["total_inactive_file"] ?? stats["inactive_file"] ?? 0;
  return (droppable < usage ? usage - droppable : usage) / 1024 / 1024;
}

/** Memory that a container uses now, MiB. */
export async function memoryMiB(container: Docker.Container): Promise<number> {
  const { memory_stats } = await container.stats({ stream: false });
  return usedMiB(memory_stats);
}

/** Share of one core that a container takes, over some seconds. */
export async function cpuPercent(container: Docker.Container, seconds: number): Promise<number> {
  const used = async (): Promise<number> =>
    (await container.stats({ stream: false })).cpu_stats.cpu_usage.total_usage / 1e9;
  const [before, started] = [await used(), performance.now()];
  await setTimeout(seconds * 1000);
  return (((await used()) - before) / ((performance.now() - started) / 1000)) * 100;
}
