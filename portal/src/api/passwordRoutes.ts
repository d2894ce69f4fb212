import { Hono } from "hono";
import { makePasswordLink, type NewPasswordLink } from "../passwords/passwordLinks.ts";
import type { ApiParts } from "./app.ts";
import { type Effect, once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { passwordLinkSchema } from "./passwordSchemas.ts";
import { idParameter } from "./schemas.ts";

/** What answers a link that was made; the link itself isn't kept. @param tenant that it is of, or that its copy is of. */
export function linkAnswer(tenant: string, { link, job, until }: NewPasswordLink): Effect {
  const kept = { tenant, job, until: until.toISOString(), link: null };
  return { status: 201, body: { ...kept, link }, kept, audit: { tenant, subject: job } };
}

/** Links by which customers set the passwords of their tenants' administrators, and sign in as them. No operator makes one of a customer's tenant. */
export function passwordRoutes({ database, queue, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.post(
    "/tenants/:id/password-links",
    describe({
      id: "createPasswordLink",
      summary:
        "Make a link by which a running tenant's administrator sets his own password, once; the link before it stops working",
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
      const { customer } = context.var.caller;
      return once(context, database, null, async (transaction) => {
        return linkAnswer(
          id,
          there(await makePasswordLink({ transaction, queue, now: now(), customer }, id, "password")),
        );
      });
    },
  );

  app.post(
    "/tenants/:id/login-links",
    describe({
      id: "createLoginLink",
      summary:
        "Make a link by which a running tenant's administrator signs in without a password, once; the link before it stops working",
      scope: "tenants:password",
      isWrite: true,
      success: {
        status: 201,
        description: "The link, which works from the end of `job` on, for five minutes",
        schema: passwordLinkSchema,
      },
    }),
    demand(database, "tenants:password"),
    valid("param", idParameter),
    (context) => {
      const { id } = context.req.valid("param");
      const { customer } = context.var.caller;
      return once(context, database, null, async (transaction) => {
        return linkAnswer(id, there(await makePasswordLink({ transaction, queue, now: now(), customer }, id, "login")));
      });
    },
  );
  return app;
}
