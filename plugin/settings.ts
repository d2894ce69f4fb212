import type { FleetSettings } from "../components/run/fleetSettings";
import type { OdooTenantArgs } from "./odooTenant";

/** What the library declares: the arguments, each where the configuration has it. */
export function settingsOf(args: OdooTenantArgs): FleetSettings {
  const { tenantName, environment, docker, address, bindAddress, portBase, subnetBase, images, ...tenant } = args;
  const { odooVersion, postgresVersion, ...rest } = tenant;
  const host = { docker, address, bindAddress, portBase, subnetBase };
  return {
    environment,
    hosts: { local: defined(host) },
    ...(images && { images: defined(images) }),
    tenants: { [tenantName]: defined({ ...rest, odoo: odooVersion, postgres: postgresVersion }) },
  };
}

/** Without what is left out: a key that is there has to have a value. */
function defined<T extends object>(record: T): Partial<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;
}
