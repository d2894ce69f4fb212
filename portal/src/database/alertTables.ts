import type { ColumnType } from "kysely";

/** An alert that fires, as its row has it. */
export interface KeptAlert {
  readonly name: string;
  readonly severity: "critical" | "warning";
  readonly summary: string;
  /** In UTC. */
  readonly startedAt: string;
  readonly host: string | null;
  readonly tenant: string | null;
}

/** What an Alertmanager of the fleet told a worker last. */
export interface AlertLookTable {
  /** On which it runs. */
  readonly host: string;
  readonly asked_at: Date;
  /** When it answered last; null: it never did. */
  readonly answered_at: Date | null;
  /** Where its dashboards are, on that host; null: there are none. */
  readonly dashboards: string | null;
  /** As of then. */
  readonly alerts: ColumnType<KeptAlert[], string, string>;
}
