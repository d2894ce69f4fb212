import { labelPrefix } from "../../fleet/labels";
import type { Fleet, Tenant } from "../../fleet/types";
import { stateLabel } from "../container/suspended";
import { type Alone, keepOnHost, onHosts, type Place, type ScheduledTenant, takeBack } from "./schedules";

/** By whom hosts are told of tenants that the fleet's file declares. */
const by = "declared";

/**
 * Before an `up`: takes back what hosts have done by themselves of tenants that the `up` would take for what the last one left.
 *
 * @param only the tenant that it is of; by default all.
 * @throws AggregateError naming the hosts on which it can't.
 */
export async function takeBackDeclared(fleet: Fleet, only?: string): Promise<void> {
  await onHosts(fleet, by, async (place) => takeBack(place, await scheduledOn(place, fleet, only), new Date()));
}

/** After it: tells hosts when declared tenants stop and start, see `keepOnHost`. @throws AggregateError naming the hosts that can't be told. */
export async function tellOfDeclared(fleet: Fleet, only?: string): Promise<void> {
  await onHosts(fleet, by, async (place) => {
    const tenants = await scheduledOn(place, fleet, only);
    const nobodyElse: Alone = (name, keep) => keep(tenants.find((tenant) => tenant.name === name));
    await keepOnHost(place, tenants, new Date(), nobodyElse, only === undefined);
  });
}

/** Declared tenants that are on a host: their containers say what they were brought to. */
async function scheduledOn(
  { environment, host, engine }: Place,
  fleet: Fleet,
  only?: string,
): Promise<ScheduledTenant[]> {
  const tenants = Object.values(fleet.tenants).filter(
    (tenant) => tenant.host === host && (only === undefined || tenant.name === only),
  );
  if (tenants.length === 0) {
    return [];
  }
  const own = { environment, host, service: "odoo", ...(only !== undefined && { tenant: only }) };
  const label = Object.entries(own).map(([name, value]) => `${labelPrefix}.${name}=${value}`);
  const containers = await engine.listContainers({ all: true, filters: { label } });
  const made = new Map(containers.map(({ Labels }) => [Labels[`${labelPrefix}.tenant`], Labels[stateLabel]]));
  return tenants
    .filter(({ name }) => made.has(name))
    .map((tenant) => ({
      ...{ name: tenant.name, host, lifecycle: lifecycleOf(tenant) },
      made: made.get(tenant.name) === "suspended" ? "suspended" : "running",
    }));
}

/** Of one without times of its own, its state, which no time changes. */
function lifecycleOf({ lifecycle, state }: Tenant): ScheduledTenant["lifecycle"] {
  return lifecycle?.lifecycle ?? { isSuspended: state !== "running", activeHours: [], holidays: [] };
}
