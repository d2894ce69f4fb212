import type { CreatedTenant, Fleet, Host, RunningTenant, Tenant } from "./types";

/** The tenants that a host has, whatever their state. */
export function tenantsOn(fleet: Fleet, host: Host): Tenant[] {
  return Object.values(fleet.tenants).filter((tenant) => tenant.host === host.name);
}

/** Those of some tenants that run. */
export function runningOf(tenants: readonly Tenant[]): RunningTenant[] {
  return tenants.filter((tenant) => tenant.state === "running");
}

/** Those of some tenants that have containers: they run, or are suspended. */
export function createdOf(tenants: readonly Tenant[]): CreatedTenant[] {
  return tenants.filter((tenant) => tenant.state === "running" || tenant.state === "suspended");
}
