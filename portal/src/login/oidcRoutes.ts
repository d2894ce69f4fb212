import { type Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { z } from "zod";
import { type ApiEnv, valid } from "../api/operation.ts";
import { Problem } from "../api/problems.ts";
import type { Database } from "../database/connect.ts";
import { loginFrom, ownPage, pagePaths } from "../pages/paths.ts";
import { Attempts } from "./attempts.ts";
import { demandUser } from "./demandUser.ts";
import { identitiesOf, removeIdentity } from "./identities.ts";
import type { Oidc } from "./oidc.ts";
import type { Sessions } from "./sessions.ts";

const parameter = z.strictObject({ service: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/) });

/** The page that is led back to; what is no page of somebody's own is ignored. */
const wish = z.object({ next: z.string().optional() });

/** What these routes work with. */
export interface OidcRouteParts {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly oidc: Oidc;
  /** Where the portal is reached. */
  readonly origin: string;
  readonly now: () => Date;
}

/** Signing in by other services, and the accounts there of who is signed in. */
export function oidcRoutes({ database, sessions, oidc, origin, now }: OidcRouteParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const byAddress = new Attempts(60, 600);
  const secure = origin.startsWith("https:");
  const cookie = secure ? "__Host-portal.departure" : "portal.departure";
  const options: CookieOptions = { path: "/", httpOnly: true, secure, sameSite: "Lax" };
  const emailOf = async (context: Context<ApiEnv>): Promise<string> => (await demandUser(sessions, context)).email;

  const issuerOf = (service: string): string => {
    const issuer = oidc.issuerOf(service);
    if (issuer === undefined) {
      throw new Problem("notFound");
    }
    return issuer;
  };

  app.get("/", (context) => context.json({ services: oidc.services }));

  app.get("/identities", async (context) => {
    const identities = await identitiesOf(database, await emailOf(context));
    const named = oidc.services.flatMap(({ id, title }) =>
      identities.filter(({ issuer }) => issuer === oidc.issuerOf(id)).map((one) => ({ service: id, title, ...one })),
    );
    return context.json({ identities: named });
  });

  app.delete("/:service", valid("param", parameter), async (context) => {
    const { service } = context.req.valid("param");
    const email = await emailOf(context);
    if (!(await removeIdentity(database, { email, service, issuer: issuerOf(service) }))) {
      throw new Problem("notFound");
    }
    return context.body(null, 204);
  });

  app.post("/:service", valid("param", parameter), valid("query", wish), async (context) => {
    const { service } = context.req.valid("param");
    const { next } = context.req.valid("query");
    issuerOf(service);
    await byAddress.count(context, context.var.clientNetwork);
    const begun = await oidc.begin(service, now());
    if (typeof begun === "string") {
      throw new Problem("serviceAway");
    }
    setCookie(context, cookie, `${begun.state} ${ownPage(next) ?? ""}`, { ...options, maxAge: 600 });
    return context.json({ url: begun.url });
  });

  app.get("/:service/callback", valid("param", parameter), async (context) => {
    const { service } = context.req.valid("param");
    issuerOf(service);
    await byAddress.count(context, context.var.clientNetwork);
    const [state, next = ""] = getCookie(context, cookie)?.split(" ") ?? [];
    deleteCookie(context, cookie, options);
    const { search } = new URL(context.req.url);
    const came = await oidc.finish(service, search, state, now());
    if (typeof came === "string") {
      return context.redirect(`${loginFrom(next)}#${came}`);
    }
    await sessions.openProven(context, came.email);
    return context.redirect(ownPage(next) ?? pagePaths.instances);
  });
  return app;
}
