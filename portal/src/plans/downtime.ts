import type { Database } from "../database/connect.ts";
import { medianSeconds } from "./medianSeconds.ts";

/** How long a tenant is away while its plan changes. */
export interface Downtime {
  /** Median of whole jobs, rounded up: it is away for less. */
  readonly seconds: number;
  /** Of how many jobs. */
  readonly of: number;
  /** Of changes of plans; or, where there was none yet, of starts of suspended tenants, which replace the same containers. */
  readonly basis: "resizes" | "starts";
}

/** How long it took before; null when nothing like it was done yet. */
export async function usualDowntime(database: Database): Promise<Downtime | null> {
  const resizes = await medianSeconds(database, "resize", "started_at");
  if (resizes) {
    return { ...resizes, basis: "resizes" };
  }
  const starts = await medianSeconds(database, "resume", "started_at");
  return starts && { ...starts, basis: "starts" };
}
