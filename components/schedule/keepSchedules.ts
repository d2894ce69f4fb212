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
import { keptService, scheduleService, stopGraceSeconds, wokenServices } from "../../fleet/security";
import type { Host } from "../../fleet/types";
import { engineClient } from "../host/engineClient";
import { ignoreAbsent } from "../host/engineErrors";
import { type FleetSettings, resolveSettings } from "../run/fleetSettings";

/** A tenant whose host is to know when it stops and starts. */
export interface ScheduledTenant {
  readonly name: string;
  readonly host: string;
  readonly lifecycle: Lifecycle;
  /** What it was brought to last. */
  readonly made: RunState;
}

/** Where schedules are kept. */
export interface ScheduleSettings extends FleetSettings {
  /** Name of the environment, which is demanded here: there is no Pulumi stack to take it from. */
  readonly environment: string;
}

/**
 * Does something to a tenant while nobody else does.
 *
 * @param keep is given what the tenant is then; undefined: it isn't there any more.
 */
export type Alone = (tenant: string, keep: (now: ScheduledTenant | undefined) => Promise<void>) => Promise<void>;

/** The longest request is a container's stop, and that one is waited for. */
const deadlineSeconds = 2 * stopGraceSeconds;

/**
 * Tells the hosts when each of an environment's tenants stops and starts in the next 35 days, so that they do it by themselves while nobody
 * applies the tenants' stacks; and takes back what they have done meanwhile, where that isn't what the tenant is meant to be now. To be called again and
 * again: what is there and right is left as it is. Schedules of other tenants of the environment are removed.
 *
 * Only servers that are set up by `bootstrap: ansible` have an agent for it; other hosts are told nothing.
 *
 * @param tenants all tenants of the environment in stacks of their own.
 * @param alone see there: what `up` is called by must not be under way at the same time.
 * @throws AggregateError when a host can't be told, once all others were.
 * @throws RefusedError naming every mistake in the settings.
 */
export async function keepSchedules(
  settings: ScheduleSettings,
  tenants: readonly ScheduledTenant[],
  now: Date,
  alone: Alone,
): Promise<void> {
  const { fleet } = resolveSettings(settings, now);
  const hosts = Object.values(fleet.hosts).filter(hasAgent);
  const told = await Promise.allSettled(
    hosts.map(async (host) => {
      const place = { environment: fleet.environment, host: host.name, engine: engineClient(host, deadlineSeconds) };
      const own = tenants.filter((tenant) => tenant.host === host.name);
      await keepOnHost(place, own, now, alone).catch((error: Error) => {
        throw new Error(`host ${host.name}: ${error.message}`, { cause: error });
      });
    }),
  );
  const errors = told.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
  if (errors.length > 0) {
    throw new AggregateError(errors, errors.map(({ message }) => message).join("; "));
  }
}

/** Whether a host has what stops and starts tenants by itself: Ansible has set it up as a server. */
export function hasAgent({ bootstrap, connection, os }: Pick<Host, "bootstrap" | "connection" | "os">): boolean {
  return bootstrap === "ansible" && connection?.kind === "ssh" && os !== "windows";
}

/** A host's engine. */
export interface Place {
  readonly environment: string;
  readonly host: string;
  readonly engine: Docker;
}

/** What a host has of a tenant. */
interface Found {
  readonly schedule?: { readonly text: string; readonly source: string };
  readonly kept?: RunState;
}

/** The same on one host, whose tenants these are. */
export async function keepOnHost(
  place: Place,
  tenants: readonly ScheduledTenant[],
  now: Date,
  alone: Alone,
): Promise<void> {
  const found = await readAll(place);
  for (const tenant of tenants) {
    if (!isRight(found.get(tenant.name) ?? {}, tenant, now)) {
      await alone(tenant.name, async (fresh) => {
        if (fresh !== undefined) {
          await keepOne(place, fresh, now);
        }
      });
    }
  }
  const known = new Set(tenants.map(({ name }) => name));
  for (const gone of [...found.keys()].filter((name) => !known.has(name))) {
    await removeVolumes(place, gone);
  }
}

/** What the host has, by tenant. */
async function readAll({ environment, host, engine }: Place): Promise<ReadonlyMap<string, Found>> {
  const own = [`${labelPrefix}.environment=${environment}`, `${labelPrefix}.host=${host}`];
  const found = new Map<string, Found>();
  for (const service of [scheduleService, keptService]) {
    const filters = JSON.stringify({ label: [...own, `${labelPrefix}.service=${service}`] });
    const { Volumes } = await engine.listVolumes({ filters });
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
    ...(text !== undefined && { schedule: { text, source: labels[scheduleSourceLabel] ?? "" } }),
    ...(kept && { kept }),
  };
}

/** Whether there is nothing to do to what a host has of a tenant. */
function isRight({ schedule, kept }: Found, { lifecycle, made }: ScheduledTenant, now: Date): boolean {
  // What is to be brought up anyway takes over from the host.
  const isKeptRight = kept === undefined || desiredState(lifecycle, now).state !== made;
  return isKeptRight && schedule
    ? isFresh(schedule.text, schedule.source, lifecycle, now)
    : isKeptRight && scheduleOf(lifecycle, made, now) === undefined;
}

async function keepOne(place: Place, tenant: ScheduledTenant, now: Date): Promise<void> {
  const { environment, host, engine } = place;
  const { name, lifecycle, made } = tenant;
  const found = (await readAll(place)).get(name) ?? {};
  if (isRight(found, tenant, now)) {
    return;
  }
  const isMeant = desiredState(lifecycle, now).state === made;
  if (found.kept !== undefined && isMeant) {
    if (found.kept !== made) {
      await bringContainers(place, name, made);
    }
    await engine.getVolume(keptVolume(environment, name)).remove().catch(ignoreAbsent);
  }
  // An engine answers with the one that is there, whatever its labels: another text is another volume.
  const volume = scheduleVolume(environment, name);
  await engine.getVolume(volume).remove().catch(ignoreAbsent);
  const schedule = scheduleOf(lifecycle, made, now);
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
      },
    });
  }
}

/** Starts or stops what of a tenant the agent does. Odoo ends before its database, which hands the last of its log to the archive. */
async function bringContainers({ environment, engine }: Place, tenant: string, state: RunState): Promise<void> {
  const container = (service: string): Docker.Container =>
    engine.getContainer(containerName(environment, tenant, service));
  if (state === "running") {
    for (const service of wokenServices) {
      await container(service).start().catch(ignoreAbsent);
    }
    return;
  }
  for (const service of ["odoo", "files", "backup", "postgres"]) {
    await container(service).stop().catch(ignoreAbsent);
  }
}

async function removeVolumes({ environment, engine }: Place, tenant: string): Promise<void> {
  for (const name of [scheduleVolume(environment, tenant), keptVolume(environment, tenant)]) {
    await engine.getVolume(name).remove().catch(ignoreAbsent);
  }
}
