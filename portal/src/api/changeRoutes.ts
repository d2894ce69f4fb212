import { Hono } from "hono";
import { nextChanges, scheduleFaults } from "../lifecycle/times.ts";
import { findTenant } from "../lifecycle/findTenant.ts";
import type { ApiParts } from "./app.ts";
import { changeListSchema, changesQuery } from "./lifecycleSchemas.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { Problem } from "./problems.ts";
import { idParameter } from "./schemas.ts";

/** Changes that are told. */
const told = 5;

/** When a tenant starts and stops next. */
export function changeRoutes({ database, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(
    "/tenants/:id/changes",
    describe({
      id: "listChanges",
      summary: "When a tenant starts and stops next, by its own schedule or by another one, which is judged",
      scope: "tenants:read",
      success: { status: 200, description: "The next changes", schema: changeListSchema },
    }),
    demand(database, "tenants:read"),
    valid("param", idParameter),
    valid("query", changesQuery),
    async (context) => {
      const times = there(await findTenant(database, context.req.valid("param").id, context.var.caller.customer));
      const query = context.req.valid("query");
      const active_hours = listOf(query.activeHours, ";") ?? times.active_hours;
      const holidays = listOf(query.holidays, ",") ?? times.holidays;
      demandRight(active_hours, holidays);
      const changes = nextChanges({ ...times, active_hours, holidays }, now(), told);
      return context.json({ changes: changes.map(({ at, ...change }) => ({ at: at.toISOString(), ...change })) });
    },
  );
  return app;
}

/** Refuses a schedule that the fleet can't keep, with each field that is wrong. */
export function demandRight(activeHours: readonly string[], holidays: readonly string[]): void {
  const faults = scheduleFaults(activeHours, holidays);
  if (faults.length > 0) {
    throw new Problem("refused", undefined, faults);
  }
}

function listOf(text: string | undefined, separator: string): string[] | undefined {
  return text
    ?.split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
