import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import type { JobKind, RestoreStep } from "../database/schema.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { queueJob } from "../jobs/queueJobs.ts";
import { lockPlaces } from "../orders/slots.ts";
import { dueJob, isErasureDue, isResting, restMinutes } from "./times.ts";

/**
 * Queues the job that brings a tenant to what it is meant to be, unless it has one already: then what is still due follows that one.
 * Call it under `lockPlaces`.
 *
 * @param isAsked whether somebody asks for it now: then it isn't let be for a while after a failed try.
 * @returns the job's id; undefined when nothing is due.
 */
export async function queueDue(
  transaction: Database,
  queue: JobQueue,
  tenant: string,
  now: Date,
  isAsked = false,
): Promise<string | undefined> {
  const row = await candidates(transaction).where("tenant.id", "=", tenant).executeTakeFirst();
  const kind = row && dueOf(isAsked ? { ...row, state: null } : row, now);
  return kind && queueJob(transaction, queue, { tenant, kind });
}

/** Looks at what each tenant is meant to be, and queues the jobs that are due. To be called again and again: it goes by what is, not by what changed. */
export async function tick(database: Database, queue: JobQueue, now: Date): Promise<number> {
  const due = (await candidates(database).execute()).filter((row) => dueOf(row, now) !== undefined);
  return eachAlone(
    database,
    due,
    async (transaction, { id }) => {
      await lockPlaces(transaction);
      return (await queueDue(transaction, queue, id, now)) !== undefined;
    },
    ({ id }) => `what tenant ${id} is meant to be isn't brought about; it is tried again in half a minute`,
  );
}

/** Tenants that were made, of which something is left, and that have no unfinished job. */
// Its type is the query so far, which only Kysely can spell out.
function candidates(database: Database) {
  return database
    .selectFrom("tenant")
    .leftJoin("tenant as source", "source.id", "tenant.copy_of")
    .leftJoinLateral(
      (tenant) =>
        tenant
          .selectFrom("job")
          .select(["state", "ended_at"])
          .whereRef("job.tenant_id", "=", "tenant.id")
          .orderBy("job.number", "desc")
          .limit(1)
          .as("last_job"),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (tenant) =>
        tenant
          .selectFrom("restore")
          .select(["step", "undo_until"])
          .whereRef("restore.tenant_id", "=", "tenant.id")
          .where("step", "in", ["asked", "switching", "done", "undoing", "switchingBack"])
          .orderBy("restore.number", "desc")
          .limit(1)
          .as("begun"),
      (join) => join.onTrue(),
    )
    .where((row) => row.or([row("tenant.made_state", "is not", null), row("tenant.copy_of", "is not", null)]))
    .where("tenant.withdrawn_at", "is", null)
    .where("tenant.erased_at", "is", null)
    .where((row) => row.or([row("last_job.state", "is", null), row("last_job.state", "not in", ["queued", "running"])]))
    .select([
      "tenant.id",
      "tenant.made_state",
      "tenant.made_sleep_after",
      "tenant.sleep_after",
      "tenant.stopped_at",
      "tenant.operator_suspended_at",
      "tenant.unpaid_at",
      "tenant.expires_at",
      "tenant.trial_until",
      "tenant.awake_until",
      "tenant.active_hours",
      "tenant.holidays",
      "tenant.next_plan",
      "tenant.delete_at",
      "tenant.deleted_at",
      "tenant.keep_until",
      "tenant.data_erased_at",
      "tenant.erased_at",
      "begun.step",
      "begun.undo_until",
      "last_job.state",
      "last_job.ended_at",
      "tenant.copy_of",
      "tenant.copy_until",
      "tenant.copy_filled",
      "tenant.made_domains",
      "source.made_state as source_state",
      "source.delete_at as source_delete_at",
    ])
    .select((row) =>
      row
        .exists(
          row
            .selectFrom("tenant as copy")
            .select("copy.id")
            .whereRef("copy.copy_of", "=", "tenant.id")
            .where("copy.withdrawn_at", "is", null),
        )
        .as("has_copy"),
    )
    .select((row) =>
      row
        .selectFrom("tenant_domain")
        .select(sql<string[] | null>`array_agg(domain order by number)`.as("domains"))
        .whereRef("tenant_domain.tenant_id", "=", "tenant.id")
        .where("proven_at", "is not", null)
        .as("domains"),
    );
}

type Candidate = Awaited<ReturnType<ReturnType<typeof candidates>["execute"]>>[number];

function dueOf(row: Candidate, now: Date): JobKind | undefined {
  const failedAt = row.state === "failed" ? row.ended_at : null;
  if (row.copy_of !== null) {
    return dueOfCopy(row, failedAt, now);
  }
  if (row.deleted_at !== null) {
    return isErasureDue(row, failedAt, now) ? "erase" : undefined;
  }
  // One that is between two sets of data goes on first: whatever else is done to it would be done to the one that it leaves.
  if (row.step !== null && row.step !== "done") {
    return isResting(failedAt, restMinutes, now) ? undefined : undoes(row.step) ? "undo" : "restore";
  }
  const wantsPlan = row.next_plan !== null && row.delete_at === null && !isResting(failedAt, restMinutes, now);
  const due = dueJob(row, failedAt, now);
  if (due === "delete" && row.has_copy) {
    // Its copy goes first: what that is of has to be there until then.
    return undefined;
  }
  if (due || wantsPlan) {
    return due ?? "resize";
  }
  if (isResting(failedAt, restMinutes, now)) {
    return undefined;
  }
  return hasOtherDomains(row) ? "domains" : isSettled(row, now) ? "settle" : undefined;
}

/** A copy goes when its time is over, or when its tenant is to be deleted. Until then it stops and starts with its tenant. */
function dueOfCopy(row: Candidate, failedAt: Date | null, now: Date): JobKind | undefined {
  const isOver = row.source_delete_at !== null || row.copy_until === null || row.copy_until <= now;
  if (isResting(failedAt, restMinutes, now)) {
    return undefined;
  }
  if (isOver) {
    return "removeCopy";
  }
  if (row.copy_filled !== null) {
    // Between two sets of data, it goes on.
    return "copy";
  }
  if (row.made_state === null || row.source_state === row.made_state) {
    return undefined;
  }
  return row.source_state === "suspended" ? "suspend" : "resume";
}

/** Whether it is to be served at other domains than it was brought up with. One that is to be deleted serves nobody. */
function hasOtherDomains({ domains, made_domains: made, delete_at }: Candidate): boolean {
  return delete_at === null && JSON.stringify(domains ?? []) !== JSON.stringify(made);
}

function undoes(step: RestoreStep): boolean {
  return step === "undoing" || step === "switchingBack";
}

/** Whether the time is over in which its restore can be undone. */
function isSettled({ step, undo_until: until, delete_at }: Candidate, now: Date): boolean {
  return step === "done" && until !== null && until <= now && delete_at === null;
}
