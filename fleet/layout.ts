import { runningOf, tenantsOn } from "./tenantsOn";
import type { Fleet } from "./types";

/**
 * In which stacks an environment is. `single`: all of it is in one. `perTenant`: what hosts have for all of their tenants is in the
 * environment's own stack, and each tenant is in a stack of its own of the same project.
 */
export type Layout = "single" | "perTenant";

/** All of them. */
export const layouts = ["single", "perTenant"] as const satisfies readonly Layout[];

/** Whose a stack is. */
export interface StackOwner {
  readonly environment: string;
  /** Undefined: it is the environment's own. */
  readonly tenant?: string;
}

/**
 * Name of the stack that a tenant has for itself, such as `prod.acme`. No environment is called so, since its name has no period, and so none
 * is ever taken for another's tenant.
 */
export function tenantStackName(environment: string, tenant: string): string {
  return `${environment}.${tenant}`;
}

/** Whose a stack is, by its name. */
export function ownerOfStack(name: string): StackOwner {
  const [, environment, tenant] = /^([^.]+)\.([^.]+)$/.exec(name) ?? [];
  return environment === undefined ? { environment: name } : { environment, tenant };
}

/** What the environment's own stack makes: all that is declared, or in the layout `perTenant` what no tenant has for itself. */
export function ownPart(fleet: Fleet): Fleet {
  if (fleet.layout === "single") {
    return fleet;
  }
  const places = Object.values(fleet.hosts).map((host) => [
    host.name,
    placesFor(runningOf(tenantsOn(fleet, host)).length),
  ]);
  return { ...fleet, tenants: {}, ownStacks: Object.fromEntries(places) as Record<string, number> };
}

/** Places that so many tenants are given: the next power of two from 16 on, so that one more seldom changes what watches all of them. */
function placesFor(tenants: number): number {
  return tenants === 0 ? 0 : Math.max(16, 2 ** Math.ceil(Math.log2(tenants)));
}
