import type { BackupPolicy } from "../../fleet/backup";
import type { Portal } from "../../fleet/portalTypes";
import { runningOf } from "../../fleet/tenantsOn";
import type { Fleet, RunningTenant, Tenant } from "../../fleet/types";

/** What is drilled: a tenant that runs, or the portal's database. */
export type Drilled = RunningTenant | Portal;

/** All of a fleet that is drilled, the portal last. */
export function drilledOf({ tenants, portal }: Pick<Fleet, "tenants" | "portal">): Drilled[] {
  return [...runningOf(Object.values(tenants)), ...(portal ? [portal] : [])];
}

/** Whether its copies off the host are drilled: a staging copy has none, and those of the portal are proven by a recovery alone. */
export function isDrilledOffsite(drilled: Drilled): drilled is RunningTenant {
  return "plan" in drilled && drilled.copyOf === undefined;
}

/** What proves that a tenant, or the portal's database, can be restored. */
export interface Drill {
  /** Its name; the portal's is `portal`. */
  readonly tenant: string;
  readonly host: string;
  /** Unix seconds; absent: it never was. */
  readonly proven?: number;
  /** How long that took. */
  readonly seconds?: number;
  /** What was wrong in the last drill; absent: nothing. */
  readonly fault?: string;
  /** The same of its copies off the host and its keys in escrow; absent: that was never tried. */
  readonly offsite?: Pick<Drill, "proven" | "seconds" | "fault">;
}

/** Asks a tenant's database for what came of drills from the copies: a line, or none. */
export const offsiteProof = `
SELECT $$SELECT coalesce(last_success, 0), coalesce(seconds, 0), coalesce(fault, '') FROM odoo_fleet.drill WHERE copy = 'offsite'$$
 WHERE to_regclass('odoo_fleet.drill') IS NOT NULL
\\gexec
`;

/** @param answer of the database: `TIME|SECONDS|FAULT`, zeroes where it never succeeded; or nothing. */
export function readOffsite(answer: string): Pick<Drill, "offsite"> {
  const [, proven, seconds, fault = ""] = /^(\d+)\|(\d+)\|([^]*)$/.exec(answer.trim()) ?? [];
  const success = Number(proven) > 0 ? { proven: Number(proven), seconds: Number(seconds) } : {};
  return proven === undefined ? {} : { offsite: { ...success, ...(fault.trim() && { fault: fault.trim() }) } };
}

/** @param kept what the helper keeps: `TIME SECONDS` or nothing, a line with `--`, the fault or nothing. */
export function readDrill({ name, host }: Pick<Tenant, "name" | "host">, kept: string): Drill {
  const [proof = "", ...rest] = kept.split(/^--\n/m);
  const fault = rest.join("").trim();
  const [, proven, seconds] = /^(\d+) (\d+)$/.exec(proof.trim()) ?? [];
  return {
    tenant: name,
    host,
    ...(proven && { proven: Number(proven), seconds: Number(seconds) }),
    ...(fault && { fault }),
  };
}

/**
 * Whether the newest proof is as fresh as declared, a day on top, that from the copies isn't older than five times that, and nothing was
 * wrong since.
 */
export function isFresh({ proven, fault, offsite }: Drill, { drillSeconds }: BackupPolicy, now: number): boolean {
  const isWithin = (seconds: number, time: number): boolean => now - time <= seconds;
  const newest = Math.max(proven ?? -Infinity, offsite?.proven ?? -Infinity);
  return (
    fault === undefined &&
    offsite?.fault === undefined &&
    isWithin(drillSeconds + 86_400, newest) &&
    (offsite?.proven === undefined || isWithin(5 * drillSeconds, offsite.proven))
  );
}
