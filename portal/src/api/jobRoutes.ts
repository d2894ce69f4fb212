import { Hono } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { cancelJob, listJobs, readJob } from "../jobs/jobs.ts";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { Problem } from "./problems.ts";
import * as schemas from "./schemas.ts";
import { mayGoOn } from "./tokens.ts";

const job = { status: 200, description: "The job", schema: schemas.jobSchema } as const;

/** Milliseconds between two looks at a job that is streamed. */
const lookEvery = 500;

/** Looks after which something is sent, so that no proxy takes the stream for dead: 15 s. */
const looksUntilComment = 30;

/** Streams of one member at the same time: each asks the database several times a second, as long as it is open, and is one request only. */
const mostStreams = 20;

/** What workers do to a customer's tenants. */
export function jobRoutes({ database, settings, queue }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  /** Open streams, by member; counted in this process: there is one. */
  const open = new Map<string, number>();

  app.get(
    "/jobs",
    describe({
      id: "listJobs",
      summary: "The customer's jobs, the newest first",
      scope: "jobs:read",
      success: { status: 200, description: "A page", schema: schemas.jobListSchema },
    }),
    demand(database, "jobs:read"),
    valid("query", schemas.jobQuery),
    async (context) => {
      const { limit, cursor, tenant } = context.req.valid("query");
      const page = await listJobs(database, context.var.caller.customer, { limit, before: cursor, tenant });
      return context.json({ jobs: page.jobs, next: page.next ?? null });
    },
  );

  app.get(
    "/jobs/:id",
    describe({ id: "readJob", summary: "One job", scope: "jobs:read", success: job }),
    demand(database, "jobs:read"),
    valid("param", schemas.idParameter),
    valid("query", schemas.noQuery),
    async (context) =>
      context.json(there(await readJob(database, context.var.caller.customer, context.req.valid("param").id))),
  );

  app.get(
    "/jobs/:id/events",
    describe({
      id: "streamJob",
      summary:
        "Its phases as server-sent events `phase`, from `Last-Event-ID` on, and `end` with the job when it is over",
      scope: "jobs:read",
      success: { status: 200, description: "The stream", type: "text/event-stream" },
    }),
    demand(database, "jobs:read"),
    valid("param", schemas.idParameter),
    valid("query", schemas.noQuery),
    async (context) => {
      const { caller } = context.var;
      const { customer, member } = caller;
      const { id } = context.req.valid("param");
      there(await readJob(database, customer, id));
      const before = open.get(member) ?? 0;
      if (before >= mostStreams) {
        throw new Problem("tooMany", `expected at most ${mostStreams} streams at the same time: end one first`);
      }
      open.set(member, before + 1);
      let seen = /^\d{1,18}$/.exec(context.req.header("Last-Event-ID") ?? "")?.[0] ?? "0";
      const follow = async (stream: SSEStreamingApi): Promise<void> => {
        for (let looks = 1; !stream.aborted && (await mayGoOn(database, caller)); looks += 1) {
          const found = await readJob(database, customer, id);
          for (const phase of found?.phases.filter((one) => BigInt(one.id) > BigInt(seen)) ?? []) {
            seen = phase.id;
            await stream.writeSSE({ event: "phase", id: phase.id, data: JSON.stringify(phase) });
          }
          if (found === undefined || found.endedAt !== null) {
            await stream.writeSSE({ event: "end", data: JSON.stringify(found ?? null) });
            return;
          }
          if (looks % looksUntilComment === 0) {
            await stream.write(": still there\n\n");
          }
          await stream.sleep(lookEvery);
        }
      };
      return streamSSE(context, async (stream) => {
        try {
          await follow(stream);
        } finally {
          const others = open.get(member)! - 1;
          if (others > 0) {
            open.set(member, others);
          } else {
            open.delete(member);
          }
        }
      });
    },
  );

  app.delete(
    "/jobs/:id",
    describe({
      id: "cancelJob",
      summary: "Have a job end before it is done; nothing of its tenant is left, and its order is cancelled",
      scope: "jobs:write",
      isWrite: true,
      success: job,
    }),
    demand(database, "jobs:write"),
    valid("param", schemas.idParameter),
    (context) => {
      const { customer } = context.var.caller;
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const cancelled = there(await cancelJob(transaction, settings, queue, customer, id));
        return { status: 200, body: cancelled, audit: { tenant: cancelled.tenant, subject: id } };
      });
    },
  );
  return app;
}
