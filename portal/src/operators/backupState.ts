import { type RawBuilder, sql } from "kysely";

/**
 * How the backups of a tenant that runs are, at a worker's last look. `unknown`: none looked for longer than an hour. `overdue`: database or files
 * are backed up later than half a period over what the plan says, as of the alert `BackupOverdue`. `unproven`: the last proof failed, or none
 * succeeded within what the plan says and a day on top, as of `RestoreUnproven`.
 */
export const backupStates = ["fine", "overdue", "unproven", "unknown"] as const;

/** One of them. */
export type BackupState = (typeof backupStates)[number];

/** Seconds without a look, of those that are ten minutes apart, after which nothing is known; and what a proof may be late. */
const [unseen, lateProof] = [3600, 86_400];

/** What a plan says where no worker of this release has noted it: the fleet's own defaults. */
const [usualEvery, usualProof] = [86_400, 604_800];

/**
 * Of each row with `tenant`, its `backup_fact` and the `plan_content` of its plan, both of which may be missing; null of a tenant that isn't
 * meant to run, which is backed up by nothing.
 */
export function backupState(now: Date): RawBuilder<BackupState | null> {
  const seconds = (name: string, usual: number): RawBuilder<number> =>
    sql`coalesce((plan_content.content ->> ${name})::numeric, ${usual})`;
  const allowed = sql`1.5 * ${seconds("backupEverySeconds", usualEvery)}`;
  const proof = sql`${seconds("proofEverySeconds", usualProof)} + ${lateProof}`;
  // A tenant has them from when it was ready first: the time until then is nobody's.
  const age = (column: string): RawBuilder<number> =>
    sql`extract(epoch from backup_fact.read_at - coalesce(backup_fact.${sql.ref(column)}, tenant.ready_at))`;
  return sql`case
    when tenant.made_state is distinct from 'running' or tenant.ready_at is null then null
    when backup_fact.read_at is null and ${now} - tenant.ready_at < make_interval(secs => ${unseen}) then 'fine'
    when backup_fact.read_at is null or ${now} - backup_fact.read_at > make_interval(secs => ${unseen}) then 'unknown'
    when ${age("database_at")} > ${allowed} or ${age("files_at")} > ${allowed} then 'overdue'
    when backup_fact.is_unproven or ${age("proven_at")} > ${proof} then 'unproven'
    else 'fine' end`;
}
