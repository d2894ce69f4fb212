import { Hono } from "hono";
import type { ApiParts } from "./app.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, valid } from "./operation.ts";
import { Problem } from "./problems.ts";
import * as schemas from "./schemas.ts";
import { createToken, listTokens, madeToken, revokeToken } from "./tokens.ts";

/** A customer's tokens. */
export function tokenRoutes({ database }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(
    "/tokens",
    describe({
      id: "listTokens",
      summary: "The valid tokens that who asks has made, without their secrets; an owner sees those of the whole team",
      scope: "tokens:read",
      success: { status: 200, description: "The tokens", schema: schemas.tokenListSchema },
    }),
    demand(database, "tokens:read"),
    valid("query", schemas.noQuery),
    async (context) => context.json({ tokens: await listTokens(database, context.var.caller) }),
  );

  app.post(
    "/tokens",
    describe({
      id: "createToken",
      summary: "Make a token; it can have only scopes that the asking one has",
      scope: "tokens:write",
      isWrite: true,
      success: { status: 201, description: "The token, with its secret", schema: schemas.newTokenSchema },
    }),
    demand(database, "tokens:write"),
    valid("json", schemas.tokenRequestSchema),
    (context) => {
      const { caller } = context.var;
      const request = context.req.valid("json");
      const beyond = request.scopes.filter((scope) => !caller.scopes.includes(scope));
      if (beyond.length > 0) {
        throw new Problem("forbidden", `who asks has no ${beyond.join(", ")} itself`);
      }
      return once(context, database, request, async (transaction) => {
        const { token, secret } = await createToken(transaction, caller, request.name, request.scopes);
        return { status: 201, body: { token, secret }, kept: { token, secret: null }, audit: madeToken(token) };
      });
    },
  );

  app.delete(
    "/tokens/:id",
    describe({
      id: "revokeToken",
      summary: "End a token at once",
      scope: "tokens:write",
      isWrite: true,
      success: { status: 204, description: "It is over" },
    }),
    demand(database, "tokens:write"),
    valid("param", schemas.idParameter),
    (context) => {
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        if (!(await revokeToken(transaction, context.var.caller, id))) {
          throw new Problem("notFound");
        }
        return { status: 204, audit: { subject: id } };
      });
    },
  );
  return app;
}
