import { Hono } from "hono";
import { z } from "zod";
import { backupStates } from "../operators/backupState.ts";
import { readSummary } from "../operators/summary.ts";
import { listAllTenants, readCapacity, readTenantInFull } from "../operators/tenants.ts";
import type { ApiParts } from "./app.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { id, moment, price } from "./commonSchemas.ts";
import { changeListSchema } from "./lifecycleSchemas.ts";
import { idParameter, nextCursor, noQuery, pageQuery, tenantSchema } from "./schemas.ts";
import { memberSchema } from "./teamSchemas.ts";

const count = z.int().min(0).max(2_147_483_647);

const query = pageQuery.extend({
  search: z.string().max(254).optional().meta({ description: "Part of its address, company, e-mail address or id" }),
  host: z.string().max(32).optional(),
  plan: z.string().max(32).optional(),
  failed: z.literal("true").optional().meta({ description: "Only those whose last job failed" }),
  toBeDeleted: z.literal("true").optional().meta({ description: "Only those that are to be deleted" }),
  made: z.enum(["running", "suspended", "unmade"]).optional().meta({
    description: "What it was brought to last; `unmade`: it was never ready",
  }),
  backups: z.enum(backupStates).optional().meta({ description: "How the backups are of those that run" }),
});

const operatorTenantSchema = tenantSchema
  .extend({
    customer: z.string().meta({ description: "E-mail address" }),
    host: z.string().nullable().meta({ description: "null while it waits for a place" }),
    slot: z.int().min(0).max(999).nullable(),
    isOperatorSuspended: z.boolean(),
    backups: z.enum(backupStates).nullable().meta({
      description:
        "At a worker's last look: `overdue`: later than half a period over the plan's; `unproven`: no restore was proven within the plan's time and a day, or the last proof failed; `unknown`: nobody looked for an hour; null of what doesn't run",
    }),
  })
  .meta({ ref: "OperatorTenant" });

const tenantInFullSchema = operatorTenantSchema
  .extend({
    team: z
      .object({ id, members: z.array(memberSchema) })
      .meta({ description: "Whose it is: the customer's id, and who acts for him, the oldest first" }),
    orderedAt: moment,
    price: z
      .object({
        price,
        asleepPrice: price.meta({ description: "The same while it sleeps by its active hours" }),
        currency: z.string(),
      })
      .nullable()
      .meta({ description: "What its plan costs a month, as it was ordered or changed to; null: none is noted" }),
    suspendedAt: moment.nullable().meta({ description: "When an operator suspended it; null: it isn't" }),
    changes: changeListSchema.shape.changes,
  })
  .meta({ ref: "TenantInFull" });

const operatorTenantListSchema = z.object({ tenants: z.array(operatorTenantSchema), next: nextCursor });

const summarySchema = z.object({
  tenants: count,
  failed: count.meta({ description: "Whose last job failed" }),
  backups: z
    .object({ fine: count, overdue: count, unproven: count, unknown: count })
    .meta({ description: "How the backups are of those that run" }),
  plans: z
    .array(z.object({ plan: z.string(), tenants: count }))
    .meta({ description: "Plans that tenants have, also those that aren't sold any more, by their names" }),
});

const room = z.object({
  used: z.number().min(0).meta({ description: "By what plans need; while one changes, by the larger" }),
  limit: z.number().min(0).nullable().meta({ description: "null: the fleet limits nothing of it" }),
});

const hostCapacitySchema = z
  .object({
    host: z.string(),
    slots: count,
    taken: count,
    room: z.object({ memoryMiB: room, cpus: room }).nullable().meta({
      description: "What the portal's tenants take of it, whether they run or not; null: no worker has noted it yet",
    }),
  })
  .meta({ ref: "HostCapacity" });

const capacitySchema = z.object({
  hosts: z.array(hostCapacitySchema),
  waiting: count.meta({ description: "Orders that wait for a place" }),
});

/** Tenants of all customers, and the places for them. */
export function operatorTenantRoutes({ database, settings, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(
    "/operator/tenants",
    describe({
      id: "listAllTenants",
      summary: "For operators: tenants of all customers, the newest first, searched and filtered",
      scope: "operator:tenants",
      success: { status: 200, description: "A page", schema: operatorTenantListSchema },
    }),
    demand(database, "operator:tenants"),
    valid("query", query),
    async (context) => {
      const { cursor, failed, toBeDeleted, ...filter } = context.req.valid("query");
      const flags = { isFailed: failed === "true", isToBeDeleted: toBeDeleted === "true" };
      const { tenants, next } = await listAllTenants(database, { ...filter, ...flags, before: cursor }, now());
      return context.json({ tenants, next: next ?? null });
    },
  );

  app.get(
    "/operator/tenants/:id",
    describe({
      id: "readAnyTenant",
      summary:
        "For operators: one tenant, whoever's it is, with its team, its price, and when it starts and stops next",
      scope: "operator:tenants",
      success: { status: 200, description: "The tenant", schema: tenantInFullSchema },
    }),
    demand(database, "operator:tenants"),
    valid("param", idParameter),
    valid("query", noQuery),
    async (context) => context.json(there(await readTenantInFull(database, context.req.valid("param").id, now()))),
  );

  app.get(
    "/operator/summary",
    describe({
      id: "readSummary",
      summary: "For operators: how many tenants of all customers there are, by what they can be filtered by",
      scope: "operator:tenants",
      success: { status: 200, description: "The counts", schema: summarySchema },
    }),
    demand(database, "operator:tenants"),
    valid("query", noQuery),
    async (context) => context.json(await readSummary(database, now())),
  );

  app.get(
    "/operator/capacity",
    describe({
      id: "readCapacity",
      summary:
        "For operators: the portal's slots by host, what is left of its memory and processors, and how many orders wait for a slot",
      scope: "operator:tenants",
      success: { status: 200, description: "The capacity", schema: capacitySchema },
    }),
    demand(database, "operator:tenants"),
    valid("query", noQuery),
    async (context) => context.json(await readCapacity(database, settings.slots)),
  );
  return app;
}
