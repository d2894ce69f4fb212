import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import { type JobRequest, jobRows, type JobView, viewOf } from "./jobs.ts";
import { retryFacts, retryRefusal, type RetryRefusal } from "./retryRefusal.ts";

/** A job as operators see it, whoever's it is. */
export interface OperatorJobView extends JobView {
  /** Address of the tenant, or of the staging copy, that it is about. */
  readonly address: string;
  /** Whether its tenant isn't there any more: it was deleted, or its order was taken back. */
  readonly isGone: boolean;
  /** The end of what was said of its failure, with secrets masked; null: it didn't fail, or nothing was kept. */
  readonly fault: string | null;
  /** Why it can't be done once more; null: it can. */
  readonly retryRefusal: RetryRefusal | null;
}

/** A page of them. */
export interface OperatorJobPage {
  readonly jobs: readonly OperatorJobView[];
  readonly next: string | undefined;
}

/** One job; undefined when there is none. */
export async function readAnyJob(database: Database, id: string): Promise<OperatorJobView | undefined> {
  const row = await operatorRows(database).where("job.id", "=", id).executeTakeFirst();
  return row && operatorView(database, row);
}

/** Which jobs are asked for. */
export interface AllJobsRequest extends JobRequest {
  /** Whether only those that wait or are under way. */
  readonly isUnfinished?: boolean;
}

/** Jobs of all tenants or of one, the newest first. @param request `before` is the number of the job after which the page begins. */
export async function listAllJobs(
  database: Database,
  { isUnfinished = false, ...request }: AllJobsRequest,
): Promise<OperatorJobPage> {
  const rows = operatorRows(database, request.tenant);
  return page(database, isUnfinished ? rows.where("job.state", "in", ["queued", "running"]) : rows, request);
}

/** Jobs that failed and that nothing followed, the newest first: also those that can't be done once more, each of which had a cause. */
export async function listFailedJobs(database: Database, request: PageRequest): Promise<OperatorJobPage> {
  const rows = operatorRows(database)
    .where("job.state", "=", "failed")
    .where((job) =>
      job.not(
        job.exists(
          job
            .selectFrom("job as later")
            .select("later.id")
            .whereRef("later.tenant_id", "=", "job.tenant_id")
            .whereRef("later.number", ">", "job.number"),
        ),
      ),
    );
  return page(database, rows, request);
}

/** Jobs of all tenants, or of one and its staging copy, with what their views follow from. */
// Its type is the query so far, which only Kysely can spell out.
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export function operatorRows(database: Database, tenant?: string) {
  return jobRows(database, { tenant })
    .select(retryFacts)
    .select([
      "tenant.address",
      sql<boolean>`coalesce(tenant.deleted_at, tenant.withdrawn_at) is not null`.as("is_gone"),
    ]);
}

type OperatorRows = ReturnType<typeof operatorRows>;

async function page(database: Database, rows: OperatorRows, { before, limit }: PageRequest): Promise<OperatorJobPage> {
  const sorted = rows.orderBy("job.number", "desc");
  const read = await readPage(before === undefined ? sorted : sorted.where("job.number", "<", before), limit);
  return { jobs: await Promise.all(read.page.map((row) => operatorView(database, row))), next: read.next };
}

async function operatorView(
  database: Database,
  row: Awaited<ReturnType<OperatorRows["execute"]>>[number],
): Promise<OperatorJobView> {
  return {
    ...(await viewOf(database, row)),
    address: row.address,
    isGone: row.is_gone,
    fault: row.fault,
    retryRefusal: retryRefusal(row),
  };
}
