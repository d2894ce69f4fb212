import { hasSnapshots } from "./snapshots";
import { tenantsOn } from "./tenantsOn";
import type { Fleet, Host } from "./types";

/** Whether what the stack has on a host is copied to a target: backups of tenants, which copies of others don't have there, of the portal, or of what its services keep. */
export function isCopied(fleet: Fleet, host: Host): boolean {
  return (
    fleet.offsite !== undefined &&
    (hasSnapshots(fleet, host) ||
      fleet.portal?.host === host.name ||
      tenantsOn(fleet, host).some(({ copyOf }) => copyOf === undefined))
  );
}
