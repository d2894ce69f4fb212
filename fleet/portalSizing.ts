import { rounded } from "./capacityChecks";
import { builtInPlans } from "./plans";
import type { Portal } from "./portalTypes";
import { sizingRules, solveSizing } from "./sizing";
import type { Limits } from "./types";

/**
 * Connections: ten of the web process, six of the queues of both, and what a tenant's has for upkeep; and the worker's, of which each tenant that is worked on
 * takes one for as long.
 */
const connections = (atOnce: number): number => 30 + Math.max(10, atOnce + 7);

/** What its web process may use. Node.js takes 90 to 120 MiB with it in daily use. */
const webLimits: Limits = { memoryMiB: 256, cpus: 1 };

/**
 * That of the smallest plan, with connections for two processes in place of an Odoo's, and drills that open no Odoo.
 *
 * @param atOnce tenants that are worked on at the same time.
 */
export function portalSizing(atOnce: number): Portal["sizing"] {
  const solved = solveSizing(builtInPlans["starter"]!);
  if (!solved.ok) {
    throw new Error(`the smallest plan can't be sized: ${solved.fault.reason}`);
  }
  const { postgres, backup } = solved.sizing;
  const { drillDatabase: drillMiB } = sizingRules;
  return { web: webLimits, postgres: { ...postgres, maxConnections: connections(atOnce) }, backup, drillMiB };
}

/** What the portal's own containers may use at most, beside what it sells; a drill is in what its helper may. */
export function portalUse({ sizing: { web, postgres, backup } }: Portal): Limits {
  return {
    memoryMiB: web.memoryMiB + postgres.memoryMiB + backup.memoryMiB,
    cpus: rounded(web.cpus + postgres.cpus),
  };
}
