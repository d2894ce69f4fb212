import { type Context, Hono } from "hono";
import { z } from "zod";
import { type ApiEnv, valid } from "../api/operation.ts";
import { Problem } from "../api/problems.ts";
import { Attempts } from "./attempts.ts";
import { demandUser } from "./demandUser.ts";
import type { Sessions } from "./sessions.ts";

/** The second factor, which operators need and others may have: setting it up, showing it, and taking it away. */
export function secondFactorRoutes(sessions: Sessions): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  // A code has six digits, and three are valid at a time: 5 tries a quarter of an hour, 20 a day.
  const byQuarter = new Attempts(5, 900);
  const byDay = new Attempts(20, 86_400);
  // A code that was taken isn't taken again as long as it is valid (ASVS 5.0, 6.5.1).
  const byCode = new Attempts(1, 120);

  /** Whom tries are counted for: who is signed in, or else the client; better-auth counts those of a sign-in by user as well. */
  const whoOf = async (context: Context<ApiEnv>): Promise<string> =>
    (await sessions.userOf(context))?.email ?? context.var.clientNetwork;

  app.post("/setup", valid("json", z.strictObject({ password: z.string().min(1).max(128) })), async (context) => {
    const user = await sessions.userOf(context);
    if (!user) {
      throw new Problem("unauthorized");
    }
    await byQuarter.count(context, user.email, "password");
    const begun = await sessions.beginSecondFactor(context, context.req.valid("json").password);
    if (!begun) {
      throw new Problem("credentials");
    }
    return context.json(begun);
  });

  app.post("/", valid("json", z.strictObject({ code: z.string().min(6).max(40) })), async (context) => {
    const who = await whoOf(context);
    const code = context.req.valid("json").code.trim();
    await byQuarter.count(context, who);
    await byDay.count(context, who);
    await byCode.count(context, who, code);
    if (!(await sessions.proveSecondFactor(context, code))) {
      throw new Problem("wrongCode");
    }
    return context.body(null, 204);
  });

  app.delete("/", valid("json", z.strictObject({ password: z.string().min(1).max(128) })), async (context) => {
    const user = await demandUser(sessions, context);
    if ((await sessions.operatorOf(user)) !== null) {
      throw new Problem("forbidden", "an operator needs one");
    }
    await byQuarter.count(context, user.email, "password");
    if (!(await sessions.removeSecondFactor(context, user, context.req.valid("json").password))) {
      throw new Problem("credentials");
    }
    return context.body(null, 204);
  });
  return app;
}
