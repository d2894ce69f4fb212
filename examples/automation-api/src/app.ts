import { type Context, Hono } from "hono";
import type { Declaration } from "./declarations";
import { BadRequestError, failureOf } from "./errors";
import { respondWithProgress } from "./progress";
import type { Tenants } from "./tenants";

/** The service's routes. */
export function createApp(tenants: Tenants): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    const failure = failureOf(error);
    return context.json(failure, failure.status);
  });
  app.notFound((context) => context.json({ error: "there is no such page" }, 404));

  app.get("/tenants", async (context) => context.json(await tenants.list()));
  app.get("/tenants/:name", async (context) => {
    const tenant = await tenants.get(context.req.param("name"));
    return tenant ? context.json(tenant) : context.json({ error: "it isn't up yet" }, 404);
  });
  app.post("/tenants", async (context) => {
    const { name, ...declaration } = await body(context);
    if (typeof name !== "string") {
      throw new BadRequestError("name is missing; expected the new tenant's name");
    }
    return respondWithProgress(context, 201, (onEvent) => tenants.create(name, declaration, onEvent));
  });
  app.patch("/tenants/:name", async (context) => {
    const declaration = await body(context);
    return respondWithProgress(context, 200, (onEvent) =>
      tenants.change(context.req.param("name"), declaration, onEvent),
    );
  });
  app.delete("/tenants/:name", (context) =>
    respondWithProgress(context, 200, (onEvent) => tenants.remove(context.req.param("name"), onEvent)),
  );
  return app;
}

/** The request's JSON object. What is in it is judged by odoo-fleet, unknown keys too. */
async function body(context: Context): Promise<Declaration & { name?: unknown }> {
  const value = await context.req.json<unknown>().catch(() => undefined);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new BadRequestError("the request's body has to be a JSON object");
  }
  return value;
}
