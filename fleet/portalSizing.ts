import { rounded } from "./capacityChecks";
import { builtInPlans } from "./plans";
import type { Portal } from "./portalTypes";
import { sizingRules, solveSizing } from "./sizing";
import type { Limits } from "./types";

/** Connections: ten each of the web process and of the worker, six of their queues, and what a tenant's has for upkeep. */
const connections = 40;

/** What its web process may use. Node.js takes 90 to 120 MiB with it in daily use. */
const webLimits: Limits = { memoryMiB: 256, cpus: 1 };

/** That of the smallest plan, with connections for two processes in place of an Odoo's, and drills that open no Odoo. */
export function portalSizing(): Portal["sizing"] {
  const solved = solveSizing(builtInPlans["starter"]!);
  if (!solved.ok) {
    throw new Error(`the smallest plan can't be sized: ${solved.fault.reason}`);
  }
  const { postgres, backup } = solved.sizing;
  const { drillDatabase: drillMiB } = sizingRules;
  return { web: webLimits, postgres: { ...postgres, maxConnections: connections }, backup, drillMiB };
}

/** What the portal's own containers may use at most, beside what it sells; a drill is in what its helper may. */
export function portalUse({ sizing: { web, postgres, backup } }: Portal): Limits {
  return {
    memoryMiB: web.memoryMiB + postgres.memoryMiB + backup.memoryMiB,
    cpus: rounded(web.cpus + postgres.cpus),
  };
}
