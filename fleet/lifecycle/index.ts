export { type ReadActiveHours, readActiveHours } from "./activeHours";
export { desiredState, nextTransition, nextTransitions } from "./desiredState";
export type { RunState } from "./schedule";
export type { TenantLifecycle } from "./tenantLifecycle";
export type * from "./types";
export { type ZoneFault, zoneFault } from "./zones";
