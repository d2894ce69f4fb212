import { type Context, Hono } from "hono";
import type { AuditDetails } from "../audit/audit.ts";
import { requestCopy, requestExtension, requestRemoval, requestRenewal } from "../copies/copies.ts";
import { findCopy, readCopy } from "../copies/findCopy.ts";
import type { ChangeParts } from "../lifecycle/changes.ts";
import { makeLink } from "../passwords/passwordLinks.ts";
import type { ApiParts } from "./app.ts";
import { copyOfferSchema, copyRequestSchema } from "./copySchemas.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { linkAnswer } from "./passwordRoutes.ts";
import { passwordLinkSchema } from "./passwordSchemas.ts";
import { idParameter, noQuery } from "./schemas.ts";
import { tenantSides } from "./tenantSides.ts";

const copy = { status: 200, description: "The copy; `job` is what is done to it", schema: copyOfferSchema } as const;

/** What is done to a copy that is there. */
const changes = [
  {
    ...{ method: "post", path: "/tenants/:id/copy/renewal", id: "renewCopy", change: requestRenewal },
    summary: "Bring a tenant's staging copy anew: it has the tenant's data of now, and what was done in it is gone",
  },
  {
    ...{ method: "post", path: "/tenants/:id/copy/extension", id: "extendCopy", change: requestExtension },
    summary: "Put off that a tenant's staging copy is removed: 14 days from now",
  },
  {
    ...{ method: "delete", path: "/tenants/:id/copy", id: "removeCopy", change: requestRemoval },
    summary: "Remove a tenant's staging copy, with all that is in it; that can't be undone",
  },
] as const;

/** Staging copies: a tenant has one at most, and what is done to it is done by that tenant. */
export function copyRoutes({ database, settings, queue, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  for (const side of tenantSides) {
    app.get(
      `${side.path}/tenants/:id/copy` as const,
      describe(side.named({ id: "readCopy", summary: "What there is of a tenant's staging copy", success: copy })),
      demand(database, side.scope),
      valid("param", idParameter),
      valid("query", noQuery),
      async (context) => {
        const { id } = context.req.valid("param");
        const customer = side.customerOf(context.var.caller);
        return context.json(there(await readCopy(database, settings, customer, id, now())));
      },
    );
  }

  app.post(
    "/tenants/:id/copy",
    describe({
      id: "makeCopy",
      summary:
        "Make a staging copy of a tenant: its data of now, neutralised, at an address of the copy's own; it costs nothing",
      scope: "tenants:copy",
      isWrite: true,
      success: copy,
    }),
    demand(database, "tenants:copy"),
    valid("param", idParameter),
    valid("json", copyRequestSchema),
    (context) => {
      const { id } = context.req.valid("param");
      const { address } = context.req.valid("json");
      return carryOut(context, id, { address }, (parts) => requestCopy(parts, settings, id, address));
    },
  );

  for (const { method, path, id: name, summary, change } of changes) {
    app.on(
      method,
      path,
      describe({ id: name, summary, scope: "tenants:copy", isWrite: true, success: copy }),
      demand(database, "tenants:copy"),
      valid("param", idParameter),
      (context) => {
        const { id } = context.req.valid("param");
        return carryOut(context, id, undefined, (parts) => change(parts, id));
      },
    );
  }

  app.post(
    "/tenants/:id/copy/password-links",
    describe({
      id: "createCopyPasswordLink",
      summary: "Make a link by which the administrator of a tenant's staging copy sets his own password, once",
      scope: "tenants:password",
      isWrite: true,
      success: {
        status: 201,
        description: "The link, which works from the end of `job` on",
        schema: passwordLinkSchema,
      },
    }),
    demand(database, "tenants:password"),
    valid("param", idParameter),
    (context) => {
      const { id } = context.req.valid("param");
      const { customer, member } = context.var.caller;
      return once(context, database, null, async (transaction) => {
        const parts = { transaction, queue, now: now(), customer, member };
        return linkAnswer(id, there(await makeLink(parts, id, "password", findCopy)));
      });
    },
  );

  function carryOut(
    context: Context<ApiEnv>,
    id: string,
    details: AuditDetails | undefined,
    change: (parts: ChangeParts) => Promise<boolean>,
  ): Promise<Response> {
    const { customer } = context.var.caller;
    return once(context, database, details ?? null, async (transaction) => {
      const isThere = await change({ transaction, queue, now: now(), customer });
      return {
        status: 200,
        body: there(isThere ? await readCopy(transaction, settings, customer, id, now()) : undefined),
        audit: { tenant: id, subject: id, ...(details && { details }) },
      };
    });
  }
  return app;
}
