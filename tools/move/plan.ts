import { type ConfigProblem, FleetConfigError, showValue } from "../../fleet/errors";
import { hostNamed } from "../../fleet/hostNamed";
import { obstacleToRunning } from "../../fleet/lifecycle/obstacleToRunning";
import { toldLifecycle } from "../../fleet/lifecycle/told";
import { formatPath } from "../../fleet/paths";
import { freeSlot, slotCount } from "../../fleet/slots";
import { nearest } from "../../fleet/suggest";
import { tenantsOn } from "../../fleet/tenantsOn";
import type { Edge } from "../../fleet/edgeTypes";
import type { Fleet, Host, RunningTenant } from "../../fleet/types";
import { fleetOfStackFile } from "../stackFile";
import { placeTenant } from "./declaration";

/** What was asked for. */
export interface AskedMove {
  readonly tenant: string;
  readonly host: string;
  /** Slot on the target; undefined: the tenant's own, where that is free. */
  readonly slot?: number;
}

/** A move, as far as the declaration tells. */
export interface MovePlan {
  readonly environment: string;
  readonly source: Host;
  readonly target: Host;
  /** What serves the fleet's tenants by HTTPS; undefined: nothing. */
  readonly edge?: Edge | undefined;
  /** The tenant as it is, and as it will be. */
  readonly before: RunningTenant;
  readonly after: RunningTenant;
}

/** What the declaration says of a move. */
export interface MovePlanResult {
  readonly problems: readonly ConfigProblem[];
  /** There although the slot is a wrong one, with a free slot: so that the hosts can be checked too. */
  readonly plan?: MovePlan;
}

/** Where a mistake in what was asked for is named, and the value. */
function asked(variable: string, value: unknown, expected: string, wayOut: string): ConfigProblem {
  return { path: variable, value: showValue(value), expected, wayOut };
}

/**
 * Plans a move by the declaration alone; every problem at once.
 *
 * @param text the stack's configuration, as the program is given it.
 * @throws FleetConfigError when the configuration is wrong as it is.
 */
export function planMove(text: string, environment: string, wanted: AskedMove): MovePlanResult {
  const fleet = fleetOfStackFile(text, environment);
  const problems = [...tenantProblems(fleet, wanted), ...hostProblems(fleet, wanted)];
  const before = fleet.tenants[wanted.tenant];
  const target = fleet.hosts[wanted.host];
  const slot = wanted.slot ?? before?.slot;
  if (target === undefined || before?.host === target.name || slot === undefined) {
    return { problems };
  }
  const slots = slotProblems(fleet, target, wanted, slot);
  problems.push(...slots);
  const free = slots.length === 0 ? slot : freeSlot(wanted.tenant, takenSlots(fleet, target));
  if (before?.state !== "running" || free === undefined) {
    return { problems };
  }
  const after = resolveAfter(text, environment, before.name, target.name, free);
  if (Array.isArray(after)) {
    return { problems: [...problems, ...after] };
  }
  return {
    problems,
    plan: { environment, source: hostNamed(fleet, before.host), target, edge: fleet.edge, before, after: after.tenant },
  };
}

function tenantProblems({ tenants }: Fleet, { tenant: name }: AskedMove): ConfigProblem[] {
  const tenant = tenants[name];
  if (tenant === undefined) {
    const near = nearest(name, Object.keys(tenants));
    const expected = `a declared tenant, one of ${Object.keys(tenants).join(", ") || "none"}`;
    return [asked("TENANT", name, expected, near === undefined ? "name one of these" : `TENANT=${near}`)];
  }
  if (tenant.copyOf !== undefined) {
    const path = formatPath(["tenants", name, "copyOf"]);
    const wayOut = "declare another copy there, fill it (make copy), and decommission this one";
    return [asked(path, tenant.copyOf, "no copy: its data comes from the backups on its own host", wayOut)];
  }
  const obstacle = obstacleToRunning(tenant);
  if (obstacle !== undefined) {
    const isDeclared = tenant.lifecycle === undefined;
    const path = formatPath(["tenants", name, isDeclared ? "state" : "lifecycle"]);
    const value = isDeclared ? tenant.state : toldLifecycle(tenant.lifecycle);
    return [asked(path, value, "running, until it is moved: its data is dumped from it", obstacle)];
  }
  return [];
}

function hostProblems({ hosts, tenants }: Fleet, { tenant, host: name }: AskedMove): ConfigProblem[] {
  const others = Object.keys(hosts).filter((host) => host !== tenants[tenant]?.host);
  const wayOut = others.length > 0 ? `HOST=${nearest(name, others) ?? others[0]}` : "declare another host, and make up";
  if (hosts[name] === undefined) {
    return [asked("HOST", name, `a declared host, one of ${Object.keys(hosts).join(", ")}`, wayOut)];
  }
  if (tenants[tenant]?.host === name) {
    return [asked("HOST", name, `another host than the one that ${tenant} is on`, wayOut)];
  }
  return [];
}

function takenSlots(fleet: Fleet, target: Host): Set<number> {
  return new Set([...target.reservedSlots, ...tenantsOn(fleet, target).map(({ slot }) => slot)]);
}

function slotProblems(fleet: Fleet, target: Host, wanted: AskedMove, slot: number): ConfigProblem[] {
  const free = freeSlot(wanted.tenant, takenSlots(fleet, target));
  const wayOut = free === undefined ? `host ${target.name} is full: name another` : `SLOT=${free}`;
  const isSlot = Number.isInteger(slot) && slot >= 0 && slot < slotCount;
  const holder = tenantsOn(fleet, target).find((tenant) => tenant.slot === slot);
  const fault = !isSlot
    ? `a slot from 0 to ${slotCount - 1}`
    : target.reservedSlots.includes(slot)
      ? `a slot that host ${target.name} doesn't reserve`
      : holder && `a slot that is free on host ${target.name}; tenant ${holder.name} has it`;
  return fault ? [asked("SLOT", wanted.slot ?? `${slot}, the one it has`, fault, wayOut)] : [];
}

/** The tenant on the target, or what the whole configuration would have against it, such as too little memory. */
function resolveAfter(
  text: string,
  environment: string,
  tenant: string,
  host: string,
  slot: number,
): { readonly tenant: RunningTenant } | ConfigProblem[] {
  try {
    const fleet = fleetOfStackFile(placeTenant(text, tenant, { host, slot }), environment);
    const after = fleet.tenants[tenant];
    if (after?.state !== "running") {
      throw new Error(`tenant ${tenant} doesn't run in the changed declaration`);
    }
    return { tenant: after };
  } catch (error) {
    if (error instanceof FleetConfigError) {
      return [...error.problems];
    }
    throw error;
  }
}
