import { sql } from "kysely";
import type { JobKind, JobTable } from "../database/schema.ts";
import { unfinishedSteps } from "../restores/restores.ts";

/**
 * Why a job isn't done once more. `notFailed`: it is under way, done or cancelled. `followed`: its tenant has a later job, which it would undo.
 * `deletionUndone`: its tenant isn't to be deleted any more. `nothingBegun`: a restore that changed nothing, and `link`: a link that only its customer
 * would have had; either is the customer's to ask for again.
 */
export const retryRefusals = ["notFailed", "followed", "deletionUndone", "nothingBegun", "link"] as const;

/** One of them. */
export type RetryRefusal = (typeof retryRefusals)[number];

/** What it follows from, of a job. */
interface RetryFacts {
  readonly kind: JobKind;
  readonly state: JobTable["state"];
  readonly is_followed: boolean;
  readonly is_to_be_deleted: boolean;
  readonly is_restoring: boolean;
}

/** What has to be selected of `job` and its `tenant` so that it can be judged. */
export const retryFacts = [
  sql<boolean>`exists (
    select from job as later where later.tenant_id = job.tenant_id and later.number > job.number)`.as("is_followed"),
  sql<boolean>`tenant.delete_at is not null`.as("is_to_be_deleted"),
  sql<boolean>`exists (
    select from restore where restore.tenant_id = job.tenant_id and step in (${sql.join(unfinishedSteps)}))`.as(
    "is_restoring",
  ),
] as const;

/** Why a job isn't done once more; null: it can be. What is offered and what is refused both go by this. */
export function retryRefusal(job: RetryFacts): RetryRefusal | null {
  if (job.state !== "failed") {
    return "notFailed";
  }
  if (job.is_followed) {
    return "followed";
  }
  switch (job.kind) {
    case "delete":
      return job.is_to_be_deleted ? null : "deletionUndone";
    case "restore":
    case "undo":
      return job.is_restoring ? null : "nothingBegun";
    case "password":
    case "login":
      return "link";
    default:
      return null;
  }
}
