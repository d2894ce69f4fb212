import type { Database } from "../database/connect.ts";
import { type MedianSeconds, medianSeconds } from "./medianSeconds.ts";

/** How long an order usually takes, from when it has its place and its e-mail address is confirmed until it is ready; null when none was finished. */
export function usualTime(database: Database): Promise<MedianSeconds | null> {
  return medianSeconds(database, "create", "queued_at");
}
