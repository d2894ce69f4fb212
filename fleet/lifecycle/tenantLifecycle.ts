import type { DesiredState, Lifecycle } from "./types";

/** A tenant's lifecycle, and what it came to when the fleet was resolved. */
export interface TenantLifecycle {
  readonly lifecycle: Lifecycle;
  /** When it was looked at. */
  readonly now: Date;
  /** What the tenant was meant to be then. */
  readonly desired: DesiredState;
}
