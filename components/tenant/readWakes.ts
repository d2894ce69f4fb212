import { hostNamed } from "../../fleet/hostNamed";
import { labelPrefix } from "../../fleet/labels";
import { wakeableLabel } from "../container/suspended";
import { engineClient } from "../host/engineClient";
import { type FleetSettings, resolveSettings } from "../run/fleetSettings";

/** That a suspended tenant was woken, or sleeps again. */
export interface WakeChange {
  readonly tenant: string;
  readonly isAwake: boolean;
  /** Since when, by the clock of its host. */
  readonly at: Date;
}

/** Seconds for the engine to answer. */
const deadline = 30;

/** What an engine says of a container that was never started, or never stopped. */
const never = (time: string): boolean => time.startsWith("0001-");

/**
 * Which suspended tenants of a host are awake, as a visit or a scheduled action has woken them, against those that were known to be; both may be
 * in stacks of their own.
 *
 * @param settings of the fleet that has the host; tenants of it aren't looked at.
 * @param awake those that were known to be. Of what happened in between only the last is told.
 * @throws when the engine doesn't answer.
 */
export async function readWakes(
  settings: FleetSettings & { readonly environment: string },
  host: string,
  awake: ReadonlySet<string>,
): Promise<WakeChange[]> {
  const { fleet } = resolveSettings({ ...settings, tenants: {} });
  const engine = engineClient(hostNamed(fleet, host), deadline);
  const own = { environment: fleet.environment, host, service: "odoo" };
  const label = Object.entries(own).map(([name, value]) => `${labelPrefix}.${name}=${value}`);
  const containers = await engine.listContainers({ all: true, filters: { label: [...label, `${wakeableLabel}=yes`] } });
  const changes = containers.map(async ({ Id, Labels, State }): Promise<WakeChange[]> => {
    const tenant = Labels[`${labelPrefix}.tenant`] ?? "";
    const isAwake = State === "running";
    if (isAwake === awake.has(tenant)) {
      return [];
    }
    const { State: state, Created } = await engine.getContainer(Id).inspect();
    const time = isAwake ? state.StartedAt : state.FinishedAt;
    // One that was made anew meanwhile sleeps since then.
    return [{ tenant, isAwake, at: new Date(never(time) ? Created : time) }];
  });
  return (await Promise.all(changes)).flat();
}
