import { type FleetSettings, resolveSettings } from "../run/fleetSettings";
import { type Alone, keepOnHost, onHosts, type ScheduledTenant } from "./schedules";

/** Where schedules are kept. */
export interface ScheduleSettings extends FleetSettings {
  /** Name of the environment, which is demanded here: there is no Pulumi stack to take it from. */
  readonly environment: string;
}

/**
 * Tells the hosts when tenants in stacks of their own stop and start in the next 35 days, so that they do it by themselves while nobody applies
 * those stacks; and takes back what they have done meanwhile, where that isn't what a tenant is meant to be now. To be called again and again, each minute
 * or so: what is there and right is left as it is.
 *
 * Only servers that are set up by `bootstrap: ansible` have an agent for it; other hosts are told nothing.
 *
 * @param tenants all of them that `by` tells of; what it has told of others is removed.
 * @param by whose tenants these are. Tenants that the fleet's file declares are told of by the tools.
 * @param alone does something to a tenant while no `up` of its stack is under way.
 * @throws AggregateError when a host can't be told, once all others were.
 * @throws RefusedError naming every mistake in the settings.
 */
export async function keepSchedules(
  settings: ScheduleSettings,
  tenants: readonly ScheduledTenant[],
  by: string,
  now: Date,
  alone: Alone,
): Promise<void> {
  const { fleet } = resolveSettings(settings, now);
  await onHosts(fleet, by, async (place) => {
    const own = tenants.filter(({ host }) => host === place.host);
    await keepOnHost(place, own, now, alone, true);
  });
}
