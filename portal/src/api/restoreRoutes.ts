import { type Context, Hono } from "hono";
import type { Database } from "../database/connect.ts";
import { readTenant } from "../jobs/tenants.ts";
import type { ChangeParts } from "../lifecycle/changes.ts";
import { readBackupsOf } from "../restores/backups.ts";
import { requestRestore, requestUndo } from "../restores/restores.ts";
import type { ApiParts } from "./app.ts";
import { refusedAddress } from "./deletionRoutes.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { backupsSchema, restoreRequestSchema, undoRequestSchema } from "./restoreSchemas.ts";
import { idParameter, noQuery, tenantSchema } from "./schemas.ts";
import { tenantSides } from "./tenantSides.ts";

const tenant = { status: 200, description: "The tenant; `job` is what brings it there", schema: tenantSchema } as const;

/** Backups of tenants, and their restores to a moment. */
export function restoreRoutes({ database, queue, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  for (const side of tenantSides) {
    app.get(
      `${side.path}/tenants/:id/backups` as const,
      describe(
        side.named({
          id: "readBackups",
          summary: "What can be restored of a tenant, when that was last proven, and what was restored",
          success: { status: 200, description: "What there is", schema: backupsSchema },
        }),
      ),
      demand(database, side.scope),
      valid("param", idParameter),
      valid("query", noQuery),
      async (context) => {
        const { id } = context.req.valid("param");
        return context.json(there(await readBackupsOf(database, side.customerOf(context.var.caller), id, now())));
      },
    );
  }

  app.post(
    "/tenants/:id/restores",
    describe({
      id: "restoreTenant",
      summary:
        "Restore a tenant to a moment: beside what serves, proven, and then in its place; it is away for a while, as `readBackups` says",
      scope: "tenants:restore",
      isWrite: true,
      success: tenant,
    }),
    demand(database, "tenants:restore"),
    valid("param", idParameter),
    valid("json", restoreRequestSchema),
    (context) => {
      const { id } = context.req.valid("param");
      const body = context.req.valid("json");
      return carryOut(context, id, body, { at: body.at }, (parts) =>
        requestRestore(parts, id, { address: body.address, at: new Date(body.at) }),
      );
    },
  );

  app.post(
    "/tenants/:id/restores/undo",
    describe({
      id: "undoRestore",
      summary: "Undo a tenant's last restore: it has what it had before, and what was written since is gone",
      scope: "tenants:restore",
      isWrite: true,
      success: tenant,
    }),
    demand(database, "tenants:restore"),
    valid("param", idParameter),
    valid("json", undoRequestSchema),
    (context) => {
      const { id } = context.req.valid("param");
      const body = context.req.valid("json");
      return carryOut(context, id, body, {}, (parts) => requestUndo(parts, id, body.address));
    },
  );

  function carryOut(
    context: Context<ApiEnv>,
    id: string,
    body: unknown,
    details: { readonly at?: string },
    change: (parts: ChangeParts) => Promise<string | undefined>,
  ): Promise<Response> {
    const { customer } = context.var.caller;
    return once(context, database, body, async (transaction: Database) => {
      const restore = there(await change({ transaction, queue, now: now(), customer }).catch(refusedAddress));
      return {
        status: 200,
        body: there(await readTenant(transaction, customer, id, now())),
        audit: { tenant: id, subject: id, details: { restore, ...details } },
      };
    });
  }
  return app;
}
