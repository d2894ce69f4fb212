import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { BackupState } from "./backupState.ts";
import { operatorRows } from "./tenants.ts";

/** How many of the tenants that are there are what a list of them can be filtered by. */
export interface Summary {
  readonly tenants: number;
  /** Whose last job failed. */
  readonly failed: number;
  /** How the backups are of those that run. */
  readonly backups: Readonly<Record<BackupState, number>>;
  /** Plans that tenants have, also those that aren't sold any more, by their names. */
  readonly plans: readonly { readonly plan: string; readonly tenants: number }[];
}

/** Counts all tenants, whoever's they are. */
export async function readSummary(database: Database, now: Date): Promise<Summary> {
  const count = sql<number>`count(*)::integer`;
  const rows = await database
    .selectFrom(operatorRows(database, now).as("tenant"))
    .select(["plan", "backups", sql<boolean>`state is not distinct from 'failed'`.as("isFailed"), count.as("count")])
    .groupBy(["plan", "backups", "isFailed"])
    .orderBy("plan")
    .execute();
  const sumOf = (isCounted: (row: (typeof rows)[number]) => boolean): number =>
    rows.filter(isCounted).reduce((sum, row) => sum + row.count, 0);
  const withBackups = (state: BackupState): number => sumOf(({ backups }) => backups === state);
  return {
    tenants: sumOf(() => true),
    failed: sumOf(({ isFailed }) => isFailed),
    backups: {
      fine: withBackups("fine"),
      overdue: withBackups("overdue"),
      unproven: withBackups("unproven"),
      unknown: withBackups("unknown"),
    },
    plans: [...new Set(rows.map(({ plan }) => plan))].map((plan) => ({
      plan,
      tenants: sumOf((row) => row.plan === plan),
    })),
  };
}
