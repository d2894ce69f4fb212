import type { Fleet, Tenant } from "../fleet/types";
import type { FleetSettings } from "./fleetSettings";
import { resolveSettings } from "./fleetSettings";
import { connectHost, createStackId, type HostRefs } from "./host";
import { preflight } from "./preflight";
import { TenantStack } from "./tenantStack";
import { RefusedError } from "./refusedError";

/** Settings of a stack that holds one tenant alone, beside other stacks on the same hosts. */
export interface TenantSettings extends FleetSettings {
  /** Name of the tenant to create; one of `tenants`. */
  readonly tenant: string;
}

/**
 * Creates one tenant in a Pulumi stack of its own: the way to have hundreds of them without a long preview.
 *
 * The whole declaration is validated, so that slots are unique, but only this tenant's resources are created.
 *
 * @param hostRefs the host's provider and images; by default the host that the tenant names is connected to.
 * @throws RefusedError naming every mistake in the settings, or every obstacle on the host.
 */
export async function createTenant(settings: TenantSettings, hostRefs?: HostRefs): Promise<TenantStack> {
  const { tenant: name, ...declaration } = settings;
  const fleet = resolveSettings(declaration);
  const tenant = fleet.tenants[name];
  if (!tenant) {
    throw new RefusedError(
      `odoo-fleet:tenants.${name}: not declared; expected one of ${Object.keys(fleet.tenants).join(", ")}`,
    );
  }
  await preflight({ ...fleet, tenants: { [tenant.name]: tenant } }, { ownsEnvironment: false });
  const refs = hostRefs ?? connectHost(fleet.environment, createStackId(), fleet.hosts[tenant.host]!, [tenant]);
  return tenantStack(fleet, tenant, refs);
}

/** The tenant's resources on a connected host. */
export function tenantStack(fleet: Fleet, tenant: Tenant, refs: HostRefs): TenantStack {
  const { context, provider } = refs;
  const none = { postgres: "", odoo: "", nginx: "" };
  const images = tenant.state === "running" ? refs.images.forTenant(tenant) : none;
  return new TenantStack(
    tenant.name,
    { tenant, host: fleet.hosts[tenant.host]!, context, images },
    { providers: [provider] },
  );
}
