import { type Context, Hono } from "hono";
import type { AuditDetails } from "../audit/audit.ts";
import { readAnyTenant } from "../jobs/tenants.ts";
import { type Change, changeTimes, started } from "../lifecycle/changes.ts";
import type { TenantTimes } from "../lifecycle/times.ts";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { demandRight } from "./changeRoutes.ts";
import * as schemas from "./lifecycleSchemas.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { idParameter, tenantSchema } from "./schemas.ts";

const tenant = { status: 200, description: "The tenant; `job` is what brings it there", schema: tenantSchema } as const;

/** What is changed of a tenant's times by a request. */
interface Wish {
  readonly id: string;
  /** Whose it has to be; undefined: anybody's. */
  readonly customer?: string;
  readonly body: unknown;
  readonly details?: AuditDetails;
  readonly change: (before: TenantTimes) => Change;
}

/** When tenants run: stopping, starting, active hours, ends. */
export function lifecycleRoutes({ database, queue, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.post(
    "/tenants/:id/stop",
    describe({
      id: "stopTenant",
      summary: "Stop a tenant until it is started again; its data stays",
      scope: "tenants:write",
      isWrite: true,
      success: tenant,
    }),
    demand(database, "tenants:write"),
    valid("param", idParameter),
    (context) =>
      carryOut(context, {
        ...owned(context, context.req.valid("param").id),
        body: null,
        change: () => ({ stopped_at: now(), awake_until: null }),
      }),
  );

  app.post(
    "/tenants/:id/start",
    describe({
      id: "startTenant",
      summary: "Let a tenant run: in its active hours as always, outside of them for a while",
      scope: "tenants:write",
      isWrite: true,
      success: tenant,
    }),
    demand(database, "tenants:write"),
    valid("param", idParameter),
    valid("json", schemas.startRequestSchema),
    (context) => {
      const body = context.req.valid("json");
      return carryOut(context, {
        ...owned(context, context.req.valid("param").id),
        body,
        change: (before) => started(before, now(), body.awakeHours),
      });
    },
  );

  app.put(
    "/tenants/:id/schedule",
    describe({
      id: "setSchedule",
      summary: "Set the hours in which a tenant runs, and its holidays",
      scope: "tenants:write",
      isWrite: true,
      success: tenant,
    }),
    demand(database, "tenants:write"),
    valid("param", idParameter),
    valid("json", schemas.scheduleRequestSchema),
    (context) => {
      const body = context.req.valid("json");
      demandRight(body.activeHours, body.holidays);
      return carryOut(context, {
        ...owned(context, context.req.valid("param").id),
        body,
        details: { activeHours: body.activeHours.join("; "), holidays: body.holidays.length },
        change: () => ({ active_hours: body.activeHours, holidays: body.holidays }),
      });
    },
  );

  app.put(
    "/tenants/:id/wake",
    describe({
      id: "setWake",
      summary: "Set whether a visit wakes a tenant while it is stopped, or outside of its active hours",
      scope: "tenants:write",
      isWrite: true,
      success: tenant,
    }),
    demand(database, "tenants:write"),
    valid("param", idParameter),
    valid("json", schemas.wakeRequestSchema),
    (context) => {
      const body = context.req.valid("json");
      const sleepAfter = body.wakeOnRequest ? body.sleepAfter : null;
      return carryOut(context, {
        ...owned(context, context.req.valid("param").id),
        body,
        details: { sleepAfter },
        change: () => ({ sleep_after: sleepAfter }),
      });
    },
  );

  app.put(
    "/tenants/:id/end",
    describe({
      id: "setEnd",
      summary:
        "Set when a tenant's time ends, give it more, or take its end away; its customer is warned 7 days and a day before",
      scope: "tenants:write",
      isWrite: true,
      success: tenant,
    }),
    demand(database, "tenants:write"),
    valid("param", idParameter),
    valid("json", schemas.endRequestSchema),
    (context) => {
      const body = context.req.valid("json");
      return carryOut(context, {
        ...owned(context, context.req.valid("param").id),
        body,
        details: body,
        change: () => ({ expires_at: dateOf(body.expiresAt) }),
      });
    },
  );

  app.put(
    "/operator/tenants/:id/trial",
    describe({
      id: "setTrial",
      summary: "For operators: set when a tenant's trial ends, or end the trial and let it stay",
      scope: "operator:tenants",
      isWrite: true,
      success: tenant,
    }),
    demand(database, "operator:tenants"),
    valid("param", idParameter),
    valid("json", schemas.trialRequestSchema),
    (context) => {
      const body = context.req.valid("json");
      return carryOut(context, {
        id: context.req.valid("param").id,
        body,
        details: body,
        change: () => ({ trial_until: dateOf(body.trialUntil) }),
      });
    },
  );

  app.put(
    "/operator/tenants/:id/suspension",
    describe({
      id: "setSuspension",
      summary: "For operators: keep a tenant from running, whatever its customer does, or no longer",
      scope: "operator:tenants",
      isWrite: true,
      success: tenant,
    }),
    demand(database, "operator:tenants"),
    valid("param", idParameter),
    valid("json", schemas.suspensionRequestSchema),
    (context) => {
      const body = context.req.valid("json");
      return carryOut(context, {
        id: context.req.valid("param").id,
        body,
        details: body,
        change: () => ({
          operator_suspended_at: body.isSuspended ? now() : null,
          suspension_reason: body.isSuspended ? (body.reason ?? null) : null,
        }),
      });
    },
  );

  function carryOut(context: Context<ApiEnv>, { id, customer, body, details, change }: Wish): Promise<Response> {
    return once(context, database, body, async (transaction) => {
      const isThere = await changeTimes({ transaction, queue, now: now(), customer }, id, change);
      return {
        status: 200,
        body: there(isThere ? await readAnyTenant(transaction, id, now()) : undefined),
        audit: { tenant: id, subject: id, ...(details && { details }) },
      };
    });
  }
  return app;
}

function owned(context: Context<ApiEnv>, id: string): Pick<Wish, "id" | "customer"> {
  return { id, customer: context.var.caller.customer };
}

function dateOf(moment: string | null): Date | null {
  return moment === null ? null : new Date(moment);
}
