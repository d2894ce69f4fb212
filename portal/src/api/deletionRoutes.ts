import { type Context, Hono } from "hono";
import type { AuditDetails } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { readAnyTenant } from "../jobs/tenants.ts";
import type { ChangeParts } from "../lifecycle/changes.ts";
import { AnotherAddressError, requestDeletion, undoDeletion } from "../lifecycle/deletion.ts";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { deletionRequestSchema } from "./lifecycleSchemas.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { Problem } from "./problems.ts";
import { idParameter, tenantSchema } from "./schemas.ts";

const tenant = { status: 200, description: "The tenant, with `deleteAt`", schema: tenantSchema } as const;

/** How tenants end: by their customers' word or an operator's, with a grace in which it can be undone. */
export function deletionRoutes({ database, settings, queue, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  for (const whose of ["customer", "operator"] as const) {
    const isOperators = whose === "operator";
    const path = `${isOperators ? "/operator" : ""}/tenants/:id/deletion` as const;
    const scope = isOperators ? "operator:tenants" : "tenants:delete";
    const say = (text: string): string => (isOperators ? `For operators: ${text}` : text);

    app.post(
      path,
      describe({
        id: isOperators ? "deleteAnyTenant" : "deleteTenant",
        summary: say(
          "have a tenant deleted when its grace is over, and suspended until then; one whose making failed is removed at once",
        ),
        scope,
        isWrite: true,
        success: tenant,
      }),
      demand(database, scope),
      valid("param", idParameter),
      valid("json", deletionRequestSchema),
      (context) => {
        const body = context.req.valid("json");
        const { id } = context.req.valid("param");
        return carryOut(context, { id, isOperators, body, details: body }, (parts) =>
          requestDeletion(parts, settings, id, body.address),
        );
      },
    );

    app.delete(
      path,
      describe({
        id: isOperators ? "undoAnyDeletion" : "undoDeletion",
        summary: say("undo that a tenant is to be deleted: it is what it was before"),
        scope,
        isWrite: true,
        success: tenant,
      }),
      demand(database, scope),
      valid("param", idParameter),
      (context) => {
        const { id } = context.req.valid("param");
        return carryOut(context, { id, isOperators, body: null }, (parts) => undoDeletion(parts, id));
      },
    );
  }

  function carryOut(
    context: Context<ApiEnv>,
    { id, isOperators, body, details }: { id: string; isOperators: boolean; body: unknown; details?: AuditDetails },
    change: (parts: ChangeParts) => Promise<boolean>,
  ): Promise<Response> {
    const { customer } = context.var.caller;
    return once(context, database, body, async (transaction: Database) => {
      const parts = { transaction, queue, now: now(), customer: isOperators ? undefined : customer };
      const isThere = await change(parts).catch(refusedAddress);
      return {
        status: 200,
        body: there(isThere ? await readAnyTenant(transaction, id, now()) : undefined),
        audit: { tenant: id, subject: id, ...(details && { details }) },
      };
    });
  }
  return app;
}

/** Answers with what was expected, where the address was another one. */
export function refusedAddress(error: unknown): never {
  if (error instanceof AnotherAddressError) {
    const detail = `expected ${error.expected}, the address of this tenant`;
    throw new Problem("refused", undefined, [{ field: "address", reason: "different", detail }]);
  }
  throw error;
}
