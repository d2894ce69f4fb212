import type { Fleet, Host, RunningTenant, Tenant } from "./types";

/** The tenants that a host has, running or decommissioned. */
export function tenantsOn(fleet: Fleet, host: Host): Tenant[] {
  return Object.values(fleet.tenants).filter((tenant) => tenant.host === host.name);
}

/** Those of some tenants that run. */
export function runningOf(tenants: readonly Tenant[]): RunningTenant[] {
  return tenants.filter((tenant) => tenant.state === "running");
}
