import { Hono } from "hono";
import { Attempts } from "../login/attempts.ts";
import { confirmationAgain, type SendableConfirmation } from "../orders/confirmations.ts";
import { wantedLanguage } from "../languages.ts";
import { noteLanguage, ownerOf } from "../orders/customers.ts";
import { placeOrder } from "../orders/orders.ts";
import type { ApiParts } from "./app.ts";
import { mailboxOf } from "./clientNetwork.ts";
import { once } from "./idempotency.ts";
import { type ApiEnv, describe, valid } from "./operation.ts";
import * as schemas from "./schemas.ts";

/** Orders an hour, and as many mails that are sent again, from one address of the network (of IPv6 from one network, here and below), and for one mailbox. */
const mostByAddress = 20;
const mostByEmail = 5;

/** Orders on trial a day from one address of the network: an office behind one address has colleagues, and who collects trials stops there. */
const mostTrialsByAddress = 3;

/**
 * Orders of those who have no account: the mail's code proves whose the address is. Each takes a place until it is confirmed or expires, so
 * they are counted.
 *
 * @param send sends a code, or says in the log that it couldn't
 */
export function guestOrderRoutes(
  { database, settings, queue }: ApiParts,
  send: (confirmation: SendableConfirmation) => Promise<void>,
): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const byAddress = new Attempts(mostByAddress, 3600);
  const byEmail = new Attempts(mostByEmail, 3600);
  const repeatsByAddress = new Attempts(mostByAddress, 3600);
  const repeatsByEmail = new Attempts(mostByEmail, 3600);
  const trialsByAddress = new Attempts(mostTrialsByAddress, 24 * 3600);

  app.post(
    "/guest-orders",
    describe({
      id: "placeGuestOrder",
      summary: "Order a tenant without an account; the code of confirmation goes to the e-mail address",
      isWrite: true,
      success: { status: 201, description: "The order", schema: schemas.guestOrderSchema },
    }),
    valid("json", schemas.guestOrderRequestSchema),
    (context) => {
      const request = context.req.valid("json");
      return once(context, database, request, async (transaction) => {
        const { email, ...wanted } = request;
        await byAddress.count(context, context.var.clientNetwork);
        await byEmail.count(context, mailboxOf(email));
        const owner = await ownerOf(transaction, email);
        // Whose address it is isn't proven yet.
        await noteLanguage(transaction, owner.customer, wantedLanguage(context), true);
        const { order, confirmation } = await placeOrder(transaction, settings, queue, owner, wanted);
        // One that was refused isn't a trial that somebody has.
        if (wanted.trial) {
          await trialsByAddress.count(context, context.var.clientNetwork);
        }
        const { id, tenant, address, plan, sets, trial, confirmBy, waitingBehind } = order;
        return {
          status: 201,
          body: { order: id, confirmBy, waitingBehind },
          afterwards: () => send(confirmation),
          audit: {
            tenant,
            subject: id,
            details: { address, plan, trial, ...(sets.length > 0 && { sets: sets.join(", ") }) },
          },
        };
      });
    },
  );

  app.post(
    "/guest-orders/confirmations",
    describe({
      id: "sendGuestConfirmation",
      summary:
        "Send another code of confirmation of an order without an account; the answer is the same where there is no such order, or it isn't unconfirmed",
      isWrite: true,
      success: { status: 204, description: "It is on its way, if there is such an order" },
    }),
    valid("json", schemas.guestConfirmationRequestSchema),
    (context) => {
      const request = context.req.valid("json");
      return once(context, database, request, async (transaction) => {
        const { order, email } = request;
        await repeatsByAddress.count(context, context.var.clientNetwork);
        await repeatsByEmail.count(context, mailboxOf(email));
        const found = await confirmationAgain(transaction, order, email);
        return {
          status: 204,
          // Not waited for: how long the answer takes says nothing either.
          afterwards: () => {
            void (found && send(found.confirmation));
            return Promise.resolve();
          },
          audit: { tenant: found?.tenant, subject: order },
        };
      });
    },
  );
  return app;
}
