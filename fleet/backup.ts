/** How a tenant's data is backed up, as declared by a plan or a tenant. */
export interface BackupSettings {
  /** Time between two backups of the database, and the longest between two snapshots of the files: `30m`, `6h`, `1d`. */
  readonly every: string;
  /** Days for which backups stay: `30d`. */
  readonly keep: string;
  /** Days to any moment of which the tenant can be brought back: `7d`. */
  readonly pitr: string;
  /** Longest time between two proofs that the tenant can be restored: `7d`. */
  readonly drillEvery: string;
}

/** How a tenant's data is backed up. */
export interface BackupPolicy {
  readonly everySeconds: number;
  readonly keepDays: number;
  readonly pitrDays: number;
  readonly drillSeconds: number;
}

/** What a plan and a tenant that say nothing get. */
export const backupDefaults: BackupSettings = { every: "1d", keep: "30d", pitr: "7d", drillEvery: "7d" };

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration in one unit, such as `6h`. The schema has checked its shape. */
function seconds(duration: string): number {
  return Number(duration.slice(0, -1)) * unitSeconds[duration.slice(-1)]!;
}

/** The figures of settings. */
export function backupPolicy({ every, keep, pitr, drillEvery }: BackupSettings): BackupPolicy {
  const days = (duration: string): number => seconds(duration) / unitSeconds["d"]!;
  return {
    everySeconds: seconds(every),
    keepDays: days(keep),
    pitrDays: days(pitr),
    drillSeconds: seconds(drillEvery),
  };
}

/**
 * Age at which a tenant's next backup is due, seconds: up to a tenth less than what is declared, by its slot, so that tenants
 * that were made together don't meet again and again.
 */
export function dueAfterSeconds({ everySeconds }: BackupPolicy, slot: number): number {
  return Math.floor(everySeconds * (1 - ((slot * 37) % 100) / 1000));
}

/** Backups back to which the log is kept without a gap: as many as the days take, and the one before them. */
export function archivedBackups({ everySeconds, pitrDays }: BackupPolicy): number {
  return Math.ceil((pitrDays * unitSeconds["d"]!) / (everySeconds * 0.9)) + 1;
}
