import type { Fleet, Host, Tenant } from "./types";

/** The tenants that run on a host. */
export function tenantsOn(fleet: Fleet, host: Host): Tenant[] {
  return Object.values(fleet.tenants).filter((tenant) => tenant.host === host.name);
}
