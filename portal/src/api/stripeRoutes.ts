import { Hono } from "hono";
import { takeEvent } from "../payments/stripeEvents.ts";
import type { ApiParts } from "./app.ts";
import type { ApiEnv } from "./operation.ts";
import { Problem } from "./problems.ts";

/** Seconds by which what Stripe signed may be old. */
const tolerance = 300;

/** Where Stripe tells what was paid. It isn't in the API's document: nobody else has the secret that signs. */
export function stripeRoutes({
  database,
  settings,
  queue,
  stripeWebhookSecret: secret,
  now = () => new Date(),
}: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.post("/", async (context) => {
    if (secret === undefined) {
      throw new Problem("notFound");
    }
    // The bytes that were signed.
    const body = await context.req.text();
    // It takes memory, and where nothing is paid by Stripe nobody needs it.
    const { default: Stripe } = await import("stripe");
    let event;
    try {
      event = Stripe.webhooks.constructEvent(body, context.req.header("Stripe-Signature") ?? "", secret, tolerance);
    } catch (error) {
      const isForged = error instanceof Stripe.errors.StripeSignatureVerificationError;
      throw new Problem("badRequest", isForged ? "the signature is wrong, or too old" : "it is no event");
    }
    const told = event;
    await database.transaction().execute((transaction) => takeEvent(transaction, { settings, queue }, told, now()));
    return context.body(null, 204);
  });
  return app;
}
