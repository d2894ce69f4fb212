import { type Context, Hono } from "hono";
import { except } from "hono/combine";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { generateSpecs } from "hono-openapi";
import type { Resolver } from "node:dns/promises";
import type { Database } from "../database/connect.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { isWorkerThere } from "../jobs/workerSigns.ts";
import type { SendConfirmation, SendInvitation } from "../mail.ts";
import type { Settings } from "../settings.ts";
import { loginRoutes } from "../login/loginRoutes.ts";
import type { Oidc } from "../login/oidc.ts";
import type { Passkeys } from "../login/passkeys.ts";
import type { Sessions } from "../login/sessions.ts";
import { alertRoutes } from "./alertRoutes.ts";
import { certificateRoutes } from "./certificateRoutes.ts";
import { auditRoutes } from "./auditRoutes.ts";
import { billingRoutes } from "./billingRoutes.ts";
import { changeRoutes } from "./changeRoutes.ts";
import { networkOf } from "./clientNetwork.ts";
import { copyRoutes } from "./copyRoutes.ts";
import { domainRoutes } from "./domainRoutes.ts";
import { exportRoutes } from "./exportRoutes.ts";
import { demandJson, demandOwnOrigin, knowSession, RateLimit } from "./guards.ts";
import { deferralRoutes } from "./deferralRoutes.ts";
import { deletionRoutes } from "./deletionRoutes.ts";
import { invoiceRoutes } from "./invoiceRoutes.ts";
import { jobRoutes } from "./jobRoutes.ts";
import type { ApiEnv } from "./operation.ts";
import { lifecycleRoutes } from "./lifecycleRoutes.ts";
import { operatorTenantRoutes } from "./operatorTenantRoutes.ts";
import { operatorRoutes } from "./operatorRoutes.ts";
import { orderRoutes } from "./orderRoutes.ts";
import { paymentRoutes } from "./paymentRoutes.ts";
import { stripeRoutes } from "./stripeRoutes.ts";
import { passwordRoutes } from "./passwordRoutes.ts";
import { Problem, respondWithProblem } from "./problems.ts";
import { resizeRoutes } from "./resizeRoutes.ts";
import { restoreRoutes } from "./restoreRoutes.ts";
import { teamRoutes } from "./teamRoutes.ts";
import { tenantRoutes } from "./tenantRoutes.ts";
import { scopes } from "./tokens.ts";
import { tokenRoutes } from "./tokenRoutes.ts";
import { usageRoutes } from "./usageRoutes.ts";
import { webhookRoutes } from "./webhookRoutes.ts";

const [stripePath, workerPath] = ["/webhooks/stripe", "/api/worker"];

/** Events a minute from one address: the worker charges one card after the other, each told of by two or three events, which is some hundreds. */
const mostFromStripe = 3000;

/** What the API works with. */
export interface ApiParts {
  readonly database: Database;
  readonly settings: Settings;
  readonly queue: JobQueue;
  readonly sendConfirmation: SendConfirmation;
  readonly sendInvitation: SendInvitation;
  /** Who is signed in; without, there are tokens alone. */
  readonly sessions?: Sessions | undefined;
  /** Passkeys; without, nobody signs in by one. */
  readonly passkeys?: Passkeys | undefined;
  /** Services to sign in by; without, there are none. */
  readonly oidc?: Oidc | undefined;
  /** A client's address, as far as it can be believed. */
  readonly addressOf: (context: Context) => string;
  /** Folder with the files of exports; without, none are made. */
  readonly exportsFolder?: string | undefined;
  /** What proves that Stripe tells of something; without, nobody is believed. */
  readonly stripeWebhookSecret?: string | undefined;
  /** Who is asked for customers' domains; by default the machine's DNS servers. */
  readonly resolver?: Resolver | undefined;
  /** The clock that lifecycles go by; by default the machine's. */
  readonly now?: () => Date;
}

/** The public API, below `/api/v1`. */
export function createApi(parts: ApiParts): Hono {
  const app = new Hono<ApiEnv>();
  app.onError((error, context) => {
    // What Hono itself refuses, a body that is no JSON for instance.
    const isRefusal = error instanceof HTTPException && error.status < 500;
    return respondWithProblem(context, isRefusal ? new Problem("badRequest", error.message) : error);
  });
  app.notFound((context) => respondWithProblem(context, new Problem("notFound")));
  app.use(secureHeaders());
  app.use(async (context, next) => {
    const address = parts.addressOf(context);
    context.set("clientAddress", address);
    context.set("clientNetwork", networkOf(address));
    await next();
  });
  // What Stripe tells has its signature; a month's invoices must not count as a client that asks too often.
  app.use(stripePath, new RateLimit(mostFromStripe).clients());
  const limit = new RateLimit(parts.settings.requestsPerMinute);
  app.use(except(stripePath, limit.clients()));
  app.use(demandOwnOrigin(parts.settings), ...demandJson());
  app.use(async (context, next) => {
    await next();
    context.header("Cache-Control", "no-store");
  });
  if (parts.sessions) {
    app.use("/api/v1/*", knowSession(parts.sessions, parts.settings), limit.sessions());
    app.route("/api/login", loginRoutes(parts.sessions, parts));
  }
  app.route(stripePath, stripeRoutes(parts));
  // For who watches the portal: it says nothing but that. `portalWorkerPath` of the fleet.
  app.get(workerPath, async (context) =>
    (await isWorkerThere(parts.database)) ? context.text("here") : context.text("away", 503),
  );
  app.route("/api/v1", orderRoutes(parts));
  app.route("/api/v1", jobRoutes(parts));
  app.route("/api/v1", tenantRoutes(parts));
  app.route("/api/v1", changeRoutes(parts));
  app.route("/api/v1", lifecycleRoutes(parts));
  app.route("/api/v1", deletionRoutes(parts));
  app.route("/api/v1", resizeRoutes(parts));
  app.route("/api/v1", restoreRoutes(parts));
  app.route("/api/v1", copyRoutes(parts));
  app.route("/api/v1", domainRoutes(parts));
  app.route("/api/v1", usageRoutes(parts));
  app.route("/api/v1", exportRoutes(parts));
  app.route("/api/v1", passwordRoutes(parts));
  app.route("/api/v1", invoiceRoutes(parts));
  app.route("/api/v1", billingRoutes(parts));
  app.route("/api/v1", paymentRoutes(parts));
  app.route("/api/v1", deferralRoutes(parts));
  app.route("/api/v1", tokenRoutes(parts));
  app.route("/api/v1", teamRoutes(parts));
  app.route("/api/v1", webhookRoutes(parts));
  app.route("/api/v1", auditRoutes(parts));
  app.route("/api/v1", operatorRoutes(parts));
  app.route("/api/v1", operatorTenantRoutes(parts));
  app.route("/api/v1", alertRoutes(parts));
  app.route("/api/v1", certificateRoutes(parts));
  refuseOtherMethods(app);
  // What its handlers tell each other by their context concerns nobody else.
  return app as unknown as Hono;
}

/** Says of a path that is there which methods it has (RFC 9110, 15.5.6), in place of 404. */
function refuseOtherMethods(app: Hono<ApiEnv>): void {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes.filter((route) => route.method !== "ALL")) {
    methods.set(path, (methods.get(path) ?? new Set()).add(method));
  }
  for (const [path, known] of methods) {
    app.all(path, (context) => {
      context.header("Allow", [...known].join(", "));
      throw new Problem("method");
    });
  }
}

/** The OpenAPI document of the API. It is made from the routes alone: no part is used. */
export async function openApiDocument(): Promise<object> {
  const unused = new Proxy({}, { get: (_, key) => (key === "requestsPerMinute" ? 1 : undefined) });
  const parts = { database: unused, settings: unused, queue: unused, sendConfirmation: unused };
  const mute = { sendInvitation: unused, addressOf: unused };
  return generateSpecs(createApi({ ...parts, ...mute } as unknown as ApiParts), {
    defaultValidationErrorResponse: false,
    // Paths with a point are answers of the API too, as `/invoices.csv` is.
    excludeStaticFile: false,
    documentation: {
      info: {
        title: "odoo-fleet portal",
        version: "1",
        description: "Order and manage Odoo tenants. Prices are in the currency's smallest unit, times are in UTC.",
      },
      components: {
        securitySchemes: {
          session: {
            type: "apiKey",
            in: "cookie",
            name: "__Host-portal.session_token",
            description: "Of somebody who signed in",
          },
          token: { type: "http", scheme: "bearer", description: `A token with its scopes: ${scopes.join(", ")}` },
        },
      },
    },
  });
}
