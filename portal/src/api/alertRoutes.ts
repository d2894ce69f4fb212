import { Hono } from "hono";
import { z } from "zod";
import { readAlertLooks } from "../alerts/alerts.ts";
import type { ApiParts } from "./app.ts";
import { moment } from "./commonSchemas.ts";
import { type ApiEnv, demand, describe, valid } from "./operation.ts";
import { noQuery } from "./schemas.ts";

const alertSchema = z
  .object({
    name: z.string().meta({ example: "BackupOverdue" }),
    severity: z.enum(["critical", "warning"]),
    summary: z.string().meta({ description: "In the language of the fleet's mails" }),
    startedAt: moment,
    host: z.string().nullable().meta({ description: "What it is about; null: no host" }),
    tenant: z.string().nullable().meta({ description: "What it is about; null: no tenant" }),
    isOrdered: z.boolean().meta({ description: "Whether that tenant is the portal's, and not a declared one" }),
  })
  .meta({ ref: "Alert" });

const alertLooksSchema = z.object({
  monitors: z.array(
    z
      .object({
        host: z.string().meta({ description: "On which the Alertmanager runs" }),
        answeredAt: moment.nullable().meta({ description: "When it answered last; null: it never did" }),
        isAnswering: z.boolean().meta({ description: "Whether that was within five minutes" }),
        dashboards: z.string().nullable().meta({ description: "Where Grafana is, on that host; null: there is none" }),
        alerts: z.array(alertSchema).meta({ description: "As of its last answer: the worst, then the oldest first" }),
      })
      .meta({ ref: "Monitor" }),
  ),
});

/** What fires in the whole fleet. */
export function alertRoutes({ database, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get(
    "/operator/alerts",
    describe({
      id: "listAlerts",
      summary:
        "For operators: alerts of the whole fleet that fire and aren't silenced, as its Alertmanagers told a worker within the last minute",
      scope: "operator:tenants",
      success: { status: 200, description: "By Alertmanager; none where nothing is watched", schema: alertLooksSchema },
    }),
    demand(database, "operator:tenants"),
    valid("query", noQuery),
    async (context) => context.json({ monitors: await readAlertLooks(database, now()) }),
  );
}
