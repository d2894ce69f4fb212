import type { Generated } from "kysely";

/** How far an export is: asked for, there to be downloaded until its days are over, failed, or gone because another one of its tenant followed. */
export type ExportStep = "asked" | "ready" | "failed" | "replaced";

/** An export of a tenant. */
export interface ExportTable {
  /** Names its file, too. */
  readonly id: string;
  readonly number: Generated<string>;
  readonly tenant_id: string;
  step: ExportStep;
  readonly asked_at: Date;
  /** When it was ready; null: it wasn't yet. */
  ready_at: Date | null;
  /** Until when it can be downloaded. */
  until: Date | null;
  /** Size of its file. PostgreSQL's 64 bits come as text. */
  bytes: string | number | null;
  /** SHA-256 of its file, hexadecimal. */
  sha256: string | null;
  /** Whether it is what was made before its tenant was deleted, and stays after that. */
  readonly is_last: Generated<boolean>;
  /** Whether its customer is still to be told of it, by mail. */
  to_be_told: Generated<boolean>;
}
