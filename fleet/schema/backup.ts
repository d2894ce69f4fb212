import { z } from "zod";
import { backupDefaults, backupPolicy } from "../backup";
import { setting, text } from "./setting";

/** Days, up to ten years. */
const days = text(/^([1-9]\d{0,2}|[1-2]\d{3}|3[0-5]\d{2}|36[0-4]\d|3650)d$/);

const settings = {
  every: setting(text(/^([1-9]\d|[1-9]\d{2}|1[0-3]\d{2}|14[0-3]\d|1440)m$|^([1-9]|1\d|2[0-4])h$|^[1-7]d$/), {
    description:
      "Time between two backups of the database. Its log is kept beside them all the time, and new files of the filestore within a minute.",
    expected: "10m to 1440m, 1h to 24h, or 1d to 7d",
    example: "6h",
    default: backupDefaults.every,
  }).optional(),
  keep: setting(days, {
    description: "Days for which backups stay.",
    expected: "1d to 3650d",
    example: "30d",
    default: backupDefaults.keep,
  }).optional(),
  pitr: setting(days, {
    description: "Days to any moment of which the tenant can be brought back; at most `keep`.",
    expected: "1d to 3650d",
    example: "7d",
    default: backupDefaults.pitr,
  }).optional(),
  drillEvery: setting(text(/^([1-9]|[12]\d|30)d$/), {
    description:
      "Longest time between two drills, which restore the last backup beside what serves, open it and check it. One that failed is repeated after six hours.",
    expected: "1d to 30d",
    example: "7d",
    default: backupDefaults.drillEvery,
  }).optional(),
};

/** Keys of `backup`, of a plan or a tenant. */
export const backupSchema = z.strictObject(settings);

export type BackupConfig = z.output<typeof backupSchema>;

/** What is wrong with settings together; undefined: nothing. */
export function backupFault(config: BackupConfig): string | undefined {
  const { keepDays, pitrDays } = backupPolicy({ ...backupDefaults, ...config });
  return pitrDays > keepDays ? `pitr, ${pitrDays}d, to be at most keep, ${keepDays}d` : undefined;
}
