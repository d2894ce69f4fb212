import { Hono } from "hono";
import { makeLink, type NewLink } from "../passwords/passwordLinks.ts";
import type { ApiParts } from "./app.ts";
import { type Effect, once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { passwordLinkSchema } from "./passwordSchemas.ts";
import { idParameter } from "./schemas.ts";

/** What answers a link that was made; the link itself isn't kept. @param tenant that it is of, or that its copy is of. */
export function linkAnswer(tenant: string, { link, job, until }: NewLink): Effect {
  const kept = { tenant, job, until: until.toISOString(), link: null };
  return { status: 201, body: { ...kept, link }, kept, audit: { tenant, subject: job } };
}

/** What links are for, by their operations. */
const links = {
  password: { path: "/tenants/:id/password-links", id: "createPasswordLink", does: "sets his own password", works: "" },
  login: {
    ...{ path: "/tenants/:id/login-links", id: "createLoginLink", does: "signs in without a password" },
    works: ", for five minutes",
  },
} as const;

/** Links by which customers set the passwords of their tenants' administrators, and sign in as them. No operator makes one of a customer's tenant. */
export function passwordRoutes({ database, queue, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const purpose of ["password", "login"] as const) {
    const { path, id, does, works } = links[purpose];
    app.post(
      path,
      describe({
        id,
        summary: `Make a link by which a running tenant's administrator ${does}, once; the link before it stops working`,
        scope: "tenants:password",
        isWrite: true,
        success: {
          status: 201,
          description: `The link, which works from the end of \`job\` on${works}`,
          schema: passwordLinkSchema,
        },
      }),
      demand(database, "tenants:password"),
      valid("param", idParameter),
      (context) => {
        const { id: tenant } = context.req.valid("param");
        const { customer, member } = context.var.caller;
        return once(context, database, null, async (transaction) => {
          const parts = { transaction, queue, now: now(), customer, member };
          return linkAnswer(tenant, there(await makeLink(parts, tenant, purpose)));
        });
      },
    );
  }
  return app;
}
