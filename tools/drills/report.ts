import type { BackupPolicy } from "../../fleet/backup";
import type { Tenant } from "../../fleet/types";

/** What proves that a tenant can be restored. */
export interface Drill {
  readonly tenant: string;
  readonly host: string;
  /** Unix seconds; absent: it never was. */
  readonly proven?: number;
  /** How long that took. */
  readonly seconds?: number;
  /** What was wrong in the last drill; absent: nothing. */
  readonly fault?: string;
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

/** Whether a proof is as fresh as declared, a day on top, and nothing was wrong since. */
export function isFresh({ proven, fault }: Drill, { drillSeconds }: BackupPolicy, now: number): boolean {
  return fault === undefined && proven !== undefined && now - proven <= drillSeconds + 86_400;
}
