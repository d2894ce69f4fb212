import type Docker from "dockerode";
import type { FleetSecrets } from "../../fleet";
import { hostNamed } from "../../fleet/hostNamed";
import type { Fleet, Host, Tenant, UnfilledCopy } from "../../fleet/types";
import { engineClient } from "../host/engineClient";
import { type FleetSettings, resolveSettings } from "../run/fleetSettings";
import { RestoreError } from "./restorer";

/** Settings of what is done to the data of a tenant in a stack of its own: those of `createTenant`, by which it is there now. */
export interface RestoreSettings extends FleetSettings {
  /** Name of the environment, which is demanded here: there is no Pulumi stack to take it from. */
  readonly environment: string;
  /** Name of the tenant, one of `tenants`. Its key `restored` names the volumes that it runs on. */
  readonly tenant: string;
}

/** A tenant in a stack of its own, as its settings have it. */
export interface OwnTenant {
  readonly fleet: Fleet;
  readonly secrets: FleetSecrets;
  readonly tenant: Exclude<Tenant, UnfilledCopy>;
  readonly host: Host;
  readonly engine: Docker;
}

/**
 * @param takesCopies whether it may be a copy of another tenant, which was filled. Default: it may not.
 * @throws RestoreError where it isn't one with data of its own, and RefusedError naming every mistake in the settings.
 */
export function resolveOwn({ tenant: name, ...declaration }: RestoreSettings, takesCopies = false): OwnTenant {
  const { fleet, secrets } = resolveSettings(declaration);
  const tenant = fleet.tenants[name];
  if (tenant === undefined || tenant.state === "unfilled" || (tenant.copyOf !== undefined && !takesCopies)) {
    throw new RestoreError(`${name} isn't a declared tenant with data of its own. Nothing was changed.`);
  }
  const host = hostNamed(fleet, tenant.host);
  return { fleet, secrets, tenant, host, engine: engineClient(host) };
}
