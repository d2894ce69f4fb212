import { Hono } from "hono";
import { listAllJobs, listFailedJobs } from "../jobs/operatorJobs.ts";
import { retryJob } from "../jobs/retries.ts";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import * as schemas from "./schemas.ts";

/** What operators do, whoever's tenant it is. Their scopes are given by the command line alone. */
export function operatorRoutes({ database, queue }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(
    "/operator/jobs",
    describe({
      id: "listAllJobs",
      summary:
        "For operators: jobs of all tenants, or of one, the newest first, each with its tenant's address and the end of its fault",
      scope: "operator:jobs",
      success: { status: 200, description: "A page", schema: schemas.operatorJobListSchema },
    }),
    demand(database, "operator:jobs"),
    valid("query", schemas.operatorJobQuery),
    async (context) => {
      const { limit, cursor, tenant, unfinished } = context.req.valid("query");
      const page = await listAllJobs(database, { limit, before: cursor, tenant, isUnfinished: unfinished === "true" });
      return context.json({ jobs: page.jobs, next: page.next ?? null });
    },
  );

  app.get(
    "/operator/failed-jobs",
    describe({
      id: "listFailedJobs",
      summary:
        "For operators: jobs that failed and that nothing followed, the newest first, also those that can't be done once more",
      scope: "operator:jobs",
      success: { status: 200, description: "A page", schema: schemas.operatorJobListSchema },
    }),
    demand(database, "operator:jobs"),
    valid("query", schemas.pageQuery),
    async (context) => {
      const { limit, cursor } = context.req.valid("query");
      const page = await listFailedJobs(database, { limit, before: cursor });
      return context.json({ jobs: page.jobs, next: page.next ?? null });
    },
  );

  app.post(
    "/operator/jobs/:id/retries",
    describe({
      id: "retryJob",
      summary: "For operators: have a failed job done once more, as a new one that goes on from what it left",
      scope: "operator:jobs",
      isWrite: true,
      success: { status: 201, description: "The new job", schema: schemas.operatorJobSchema },
    }),
    demand(database, "operator:jobs"),
    valid("param", schemas.idParameter),
    (context) => {
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const job = there(await retryJob(transaction, queue, id));
        return { status: 201, body: job, audit: { tenant: job.tenant, subject: job.id, details: { failed: id } } };
      });
    },
  );
  return app;
}
