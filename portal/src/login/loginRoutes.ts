import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { z } from "zod";
import type { ApiParts } from "../api/app.ts";
import { type ApiEnv, valid } from "../api/operation.ts";
import { Problem } from "../api/problems.ts";
import { scopesOf } from "../team/roles.ts";
import { Attempts } from "./attempts.ts";
import { shortestPassword } from "./auth.ts";
import { oidcRoutes } from "./oidcRoutes.ts";
import { scopesInSession } from "./operators.ts";
import { passkeyRoutes } from "./passkeyRoutes.ts";
import { secondFactorRoutes } from "./secondFactorRoutes.ts";
import type { Sessions } from "./sessions.ts";
import { loginTeamRoutes } from "./teamRoutes.ts";

const email = z.email().max(254);
const password = z.string().min(1).max(128);

/**
 * Signing in and out, for the pages alone: below `/api/login`, not in the API's document. Programs have tokens.
 */
export function loginRoutes(
  sessions: Sessions,
  {
    database,
    settings,
    passkeys,
    oidc,
    now = () => new Date(),
  }: Pick<ApiParts, "database" | "settings" | "passkeys" | "oidc" | "now">,
): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const byAddress = new Attempts(60, 600);
  // Of one address and one e-mail address together, so that nobody can lock somebody else out with ten requests.
  const byBoth = new Attempts(10, 600);
  const byEmail = new Attempts(200, 3600);
  const mails = new Attempts(5, 3600);

  app.use(
    createMiddleware(async (context, next) => {
      // A browser says where a write comes from; what doesn't is no page of ours.
      if (context.req.method !== "GET" && context.req.header("Origin") !== settings.origin) {
        throw new Problem("foreignOrigin");
      }
      await next();
    }),
  );

  app.get("/", async (context) => {
    const user = await sessions.userOf(context);
    if (!user) {
      return context.json({
        ...{ email: null, secondFactor: null, operator: null, operatorScopes: [], team: null, teams: [] },
      });
    }
    const [operator, { all, current }, secondFactor] = await Promise.all([
      sessions.operatorOf(user),
      sessions.teamsOf(user),
      sessions.secondFactorOf(user),
    ]);
    return context.json({
      email: user.email,
      secondFactor,
      operator: operator?.standing ?? null,
      operatorScopes: scopesInSession(operator),
      // What the pages show goes by it; what is allowed, by the API alone.
      team: current
        ? { id: current.customer, member: current.member, role: current.role, scopes: scopesOf(current.role) }
        : null,
      teams: all.map(({ customer, name, role }) => ({ id: customer, name, role })),
    });
  });

  app.post("/", valid("json", z.strictObject({ email, password })), async (context) => {
    const tried = context.req.valid("json");
    const address = context.var.clientNetwork;
    await byAddress.count(context, address);
    await byBoth.count(context, address, tried.email.toLowerCase());
    await byEmail.count(context, tried.email.toLowerCase());
    const came = await sessions.open(context, tried.email, tried.password);
    if (came === "refused") {
      throw new Problem("credentials");
    }
    return came === "open" ? context.body(null, 204) : context.json({ secondFactor: true });
  });

  app.delete("/", async (context) => {
    await sessions.close(context);
    return context.body(null, 204);
  });

  app.post("/password-mails", valid("json", z.strictObject({ email })), async (context) => {
    const { email: to } = context.req.valid("json");
    await byAddress.count(context, context.var.clientNetwork);
    await mails.count(context, to.toLowerCase());
    await sessions.sendPasswordMail(to);
    return context.body(null, 204);
  });

  app.put(
    "/password",
    valid("json", z.strictObject({ code: z.string().min(1).max(100), password: password.min(shortestPassword) })),
    async (context) => {
      const { code, password: wanted } = context.req.valid("json");
      await byAddress.count(context, context.var.clientNetwork);
      if (!(await sessions.setPassword(code, wanted))) {
        throw new Problem("code");
      }
      return context.body(null, 204);
    },
  );
  app.route("/", loginTeamRoutes(sessions, database, now));
  app.route("/second-factor", secondFactorRoutes(sessions));
  if (oidc) {
    app.route("/oidc", oidcRoutes({ database, sessions, oidc, origin: settings.origin, now }));
  }
  if (passkeys) {
    app.route("/passkeys", passkeyRoutes(sessions, passkeys, now));
  }
  return app;
}
