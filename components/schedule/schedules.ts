import type Docker from "dockerode";
import type { Lifecycle, RunState } from "../../fleet";
import { labelPrefix } from "../../fleet/labels";
import { desiredState } from "../../fleet/lifecycle";
import {
  isFresh,
  keptLabel,
  readKept,
  scheduleLabel,
  scheduleOf,
  scheduleSource,
  scheduleSourceLabel,
  scheduleText,
} from "../../fleet/lifecycle/schedule";
import { containerName, keptVolume, scheduleVolume } from "../../fleet/names";
import { keptService, scheduleService, stopGraceSeconds, stoppedServices, wokenServices } from "../../fleet/security";
import { stopsByItself } from "../../fleet/stopsByItself";
import type { Host } from "../../fleet/types";
import { engineClient } from "../host/engineClient";
import { ignoreAbsent } from "../host/engineErrors";

/** A tenant whose host is to know when it stops and starts. */
export interface ScheduledTenant {
  readonly name: string;
  readonly host: string;
  readonly lifecycle: Lifecycle;
  /** What it was brought to last. */
  readonly made: RunState;
}

/**
 * Does something to a tenant while nobody else does.
 *
 * @param keep is given what the tenant is then; undefined: it isn't there any more.
 */
export type Alone = (tenant: string, keep: (now: ScheduledTenant | undefined) => Promise<void>) => Promise<void>;

/** A host's engine, and who tells it. */
export interface Place {
  readonly environment: string;
  readonly host: string;
  readonly engine: Docker;
  /** Whose tenants it is told of: `declared`, or `portal`. What others tell is left alone. */
  readonly by: string;
}

/** Label of who tells. */
const byLabel = `${labelPrefix}.schedule-by`;

/** The longest request is a container's stop, and that one is waited for. */
const deadlineSeconds = 2 * stopGraceSeconds;

/**
 * Does something on each host that stops and starts tenants by itself.
 *
 * @throws AggregateError naming the hosts on which it failed, once it was done on all others.
 */
export async function onHosts(
  { environment, hosts }: { readonly environment: string; readonly hosts: Readonly<Record<string, Host>> },
  by: string,
  work: (place: Place) => Promise<void>,
): Promise<void> {
  const done = await Promise.allSettled(
    Object.values(hosts)
      .filter(stopsByItself)
      .map(async (host) => {
        const engine = engineClient(host, deadlineSeconds);
        await work({ environment, host: host.name, engine, by }).catch((error: Error) => {
          throw new Error(`host ${host.name}: ${error.message}`, { cause: error });
        });
      }),
  );
  const errors = done.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
  if (errors.length > 0) {
    throw new AggregateError(errors, errors.map(({ message }) => message).join("; "));
  }
}

/**
 * Tells a host when its tenants stop and start in the next 35 days, and takes back what it has done by itself where that isn't what a tenant is meant to
 * be. What is there and right is left as it is.
 *
 * @param areAll whether these are all that it is told of by the same: what it has of others is removed then. Default: they aren't.
 */
export async function keepOnHost(
  place: Place,
  tenants: readonly ScheduledTenant[],
  now: Date,
  alone: Alone,
  areAll = false,
): Promise<void> {
  const found = await read(place);
  for (const tenant of tenants) {
    if (!isRight(found.get(tenant.name), tenant, now)) {
      await alone(tenant.name, async (fresh) => {
        if (fresh !== undefined) {
          await keepOne(place, fresh, now);
        }
      });
    }
  }
  const known = new Set(tenants.map(({ name }) => name));
  for (const [name, { schedule }] of areAll ? found : []) {
    if (!known.has(name) && schedule?.by === place.by) {
      await removeVolume(place, scheduleVolume(place.environment, name));
      await removeVolume(place, keptVolume(place.environment, name));
    }
  }
}

/**
 * Takes back what a host has done by itself of tenants that were brought to what they are meant to be: an `up` would find them as it left them, by all that
 * it knows, and they aren't. Until the host is told anew it does nothing to these.
 */
export async function takeBack(place: Place, tenants: readonly ScheduledTenant[], now: Date): Promise<void> {
  const found = await read(place);
  for (const tenant of tenants) {
    const { kept } = found.get(tenant.name) ?? {};
    if (kept !== undefined && kept !== tenant.made && isMade(tenant, now)) {
      await takeBackOne(place, kept, tenant);
    }
  }
}

/** What a host has of a tenant. */
interface Found {
  readonly schedule?: { readonly text: string; readonly source: string; readonly by: string };
  readonly kept?: RunState;
}

/** What the host has, by tenant. @param only the tenant that is asked for; by default all. */
async function read({ environment, host, engine }: Place, only?: string): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  for (const service of [scheduleService, keptService]) {
    const own = { environment, host, service, ...(only !== undefined && { tenant: only }) };
    const label = Object.entries(own).map(([name, value]) => `${labelPrefix}.${name}=${value}`);
    const { Volumes } = await engine.listVolumes({ filters: JSON.stringify({ label }) });
    for (const { Labels } of Volumes ?? []) {
      const tenant = Labels[`${labelPrefix}.tenant`] ?? "";
      found.set(tenant, { ...found.get(tenant), ...foundIn(Labels) });
    }
  }
  return found;
}

function foundIn(labels: Readonly<Record<string, string>>): Found {
  const text = labels[scheduleLabel];
  const kept = readKept(labels[keptLabel]);
  return {
    ...(text !== undefined && {
      schedule: { text, source: labels[scheduleSourceLabel] ?? "", by: labels[byLabel] ?? "" },
    }),
    ...(kept && { kept }),
  };
}

/** Whether a tenant was brought to what it is meant to be. */
function isMade({ lifecycle, made }: ScheduledTenant, now: Date): boolean {
  return desiredState(lifecycle, now).state === made;
}

/** Whether there is nothing to do to what a host has of a tenant. */
function isRight({ schedule, kept }: Found = {}, tenant: ScheduledTenant, now: Date): boolean {
  // What is to be brought up anyway takes over from the host.
  if (kept !== undefined && isMade(tenant, now)) {
    return false;
  }
  const { lifecycle, made } = tenant;
  return schedule
    ? isFresh(schedule.text, schedule.source, lifecycle, now)
    : scheduleOf(lifecycle, made, now) === undefined;
}

async function keepOne(place: Place, tenant: ScheduledTenant, now: Date): Promise<void> {
  const { environment, host, engine, by } = place;
  const { name, lifecycle, made } = tenant;
  const found = (await read(place, name)).get(name);
  if (isRight(found, tenant, now)) {
    return;
  }
  const volume = scheduleVolume(environment, name);
  let state = made;
  if (isMade(tenant, now)) {
    await takeBackOne(place, found?.kept, tenant);
  } else {
    state = found?.kept ?? made;
    // An engine answers with the one that is there, whatever its labels: another text is another volume.
    await removeVolume(place, volume);
  }
  const schedule = scheduleOf(lifecycle, state, now);
  if (schedule !== undefined) {
    await engine.createVolume({
      Name: volume,
      Labels: {
        [`${labelPrefix}.environment`]: environment,
        [`${labelPrefix}.host`]: host,
        [`${labelPrefix}.tenant`]: name,
        [`${labelPrefix}.service`]: scheduleService,
        [scheduleLabel]: scheduleText(schedule),
        [scheduleSourceLabel]: scheduleSource(lifecycle),
        [byLabel]: by,
      },
    });
  }
}

/** @param kept what the host has brought it to, if it has. */
async function takeBackOne(
  place: Place,
  kept: RunState | undefined,
  { name, made }: Pick<ScheduledTenant, "name" | "made">,
): Promise<void> {
  // Without its schedule the host does nothing: it may be looking this very moment.
  await removeVolume(place, scheduleVolume(place.environment, name));
  if (kept !== undefined && kept !== made) {
    await bringContainers(place, name, made);
  }
  await removeVolume(place, keptVolume(place.environment, name));
}

/** Starts or stops what of a tenant the agent does. */
async function bringContainers({ environment, engine }: Place, tenant: string, state: RunState): Promise<void> {
  for (const service of state === "running" ? wokenServices : stoppedServices) {
    const container = engine.getContainer(containerName(environment, tenant, service));
    await (state === "running" ? container.start() : container.stop()).catch(ignoreAbsent);
  }
}

async function removeVolume({ engine }: Place, name: string): Promise<void> {
  await engine.getVolume(name).remove().catch(ignoreAbsent);
}
