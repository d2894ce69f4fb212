import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { id, text } from "../api/commonSchemas.ts";
import { type ApiEnv, valid } from "../api/operation.ts";
import { Problem } from "../api/problems.ts";
import { Attempts } from "./attempts.ts";
import { demandUser } from "./demandUser.ts";
import { mostPasskeys, type Passkeys } from "./passkeys.ts";
import type { Sessions } from "./sessions.ts";

const encoded = z.string().max(20_000);

/** What a device answers; the library judges what is in it. */
const response = z.looseObject({
  id: z.string().min(1).max(2000),
  response: z.looseObject({ clientDataJSON: encoded }),
});

/** Passkeys of who is signed in, and signing in by one. */
export function passkeyRoutes(sessions: Sessions, passkeys: Passkeys, now: () => Date): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const byAddress = new Attempts(60, 600);
  const emailOf = async (context: Context<ApiEnv>): Promise<string> => (await demandUser(sessions, context)).email;

  app.get("/", async (context) => context.json({ passkeys: await passkeys.list(await emailOf(context)) }));

  app.post("/registrations", async (context) => {
    const options = await passkeys.begin(await emailOf(context), now());
    if (!options) {
      throw new Problem("state", `there are ${mostPasskeys}, of which one has to be removed first`);
    }
    return context.json(options);
  });

  app.post("/", valid("json", z.strictObject({ name: text(100), response })), async (context) => {
    const email = await emailOf(context);
    const { name, response: made } = context.req.valid("json");
    const passkey = await passkeys.add(email, name, made as unknown as RegistrationResponseJSON, now());
    if (!passkey) {
      throw new Problem("passkey");
    }
    return context.json(passkey, 201);
  });

  app.delete("/:id", valid("param", z.strictObject({ id })), async (context) => {
    if (!(await passkeys.remove(await emailOf(context), context.req.valid("param").id))) {
      throw new Problem("notFound");
    }
    return context.body(null, 204);
  });

  app.post("/challenges", async (context) => {
    await byAddress.count(context, context.var.clientNetwork);
    return context.json(await passkeys.ask(now()));
  });

  app.post("/sessions", valid("json", z.strictObject({ response })), async (context) => {
    await byAddress.count(context, context.var.clientNetwork);
    const signed = context.req.valid("json").response as unknown as AuthenticationResponseJSON;
    const email = await passkeys.signedBy(signed, now());
    if (email === undefined) {
      throw new Problem("passkey");
    }
    await sessions.openProven(context, email);
    return context.body(null, 204);
  });
  return app;
}
