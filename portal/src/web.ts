import type { Server } from "node:http";
import { type HttpBindings, serve } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { createApi } from "./api/app.ts";
import { connect } from "./database/connect.ts";
import { edgeGuard } from "./edgeGuard.ts";
import { keepHouse } from "./housekeeping.ts";
import { TenantQueue } from "./jobs/queue.ts";
import { createAuth } from "./login/auth.ts";
import { Oidc } from "./login/oidc.ts";
import { Passkeys } from "./login/passkeys.ts";
import { Sessions } from "./login/sessions.ts";
import { mailer } from "./mail.ts";
import { createSite } from "./pages/site.ts";
import {
  databaseUrl,
  mailPassword,
  oidcSecrets,
  readSettings,
  sessionSecret,
  stripeWebhookSecret,
} from "./settings.ts";
import { answerUnreadable } from "./unreadable.ts";

/** Milliseconds in which answers are finished when this process is told to end: an engine waits for ten seconds. */
const lastAnswers = 5000;

const settings = readSettings(process.env);
const url = databaseUrl(process.env);
const database = connect(url);
const queue = await TenantQueue.open(url, false);

/** The last address of the header is the one that our own proxy saw; those before it are the client's word. */
function addressOf(context: Context): string {
  const forwarded = settings.behindProxy && context.req.header("X-Forwarded-For")?.split(",").at(-1)?.trim();
  return forwarded || (getConnInfo(context).remote.address ?? "unknown");
}

const mails = mailer(settings, mailPassword(process.env, settings));
const auth = createAuth(database, settings, sessionSecret(process.env), (email, code) => {
  mails.sendPassword(email, code).catch((error: Error) => {
    console.error(`a mail to set a password wasn't sent: ${error.message}`);
  });
});

const api = createApi({
  database,
  settings,
  queue,
  sendConfirmation: mails.sendConfirmation,
  sendInvitation: mails.sendInvitation,
  sessions: new Sessions(auth, database),
  passkeys: new Passkeys(database, settings, (email, name) => {
    mails.sendPasskeyAdded(email, name).catch((error: Error) => {
      console.error(`a mail about a passkey that was added wasn't sent: ${error.message}`);
    });
  }),
  oidc: new Oidc(database, settings, oidcSecrets(process.env, settings), (email, title) => {
    mails.sendIdentityAdded(email, title).catch((error: Error) => {
      console.error(`a mail about another way to sign in wasn't sent: ${error.message}`);
    });
  }),
  addressOf,
  exportsFolder: process.env["PORTAL_EXPORTS"],
  stripeWebhookSecret: stripeWebhookSecret(process.env, settings),
});
const { address, port } = settings.listen;
const site = createSite(api);
const mayAsk = edgeGuard(process.env);
const fetch = (request: Request, environment: HttpBindings): Response | Promise<Response> =>
  mayAsk(request, environment.incoming.socket.remoteAddress)
    ? site.fetch(request, environment)
    : new Response("Only the edge is answered here.\n", { status: 403 });
const server = serve({ fetch: fetch as Parameters<typeof serve>[0]["fetch"], hostname: address, port }, () => {
  console.log(`listening on http://${address}:${port}`);
});
server.on("clientError", answerUnreadable);

const stopHousekeeping = keepHouse({ database, settings, queue, mails });

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    stopHousekeeping();
    // Answers that are under way are finished first; a stream of a job would go on as long as that, and its page asks for it again.
    server.close(() => void queue.close().then(() => database.destroy()));
    setTimeout(() => (server as Server).closeAllConnections(), lastAnswers).unref();
  });
}
