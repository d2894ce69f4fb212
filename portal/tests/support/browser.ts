import type { Hono } from "hono";
import { createApi } from "../../src/api/app.ts";
import type { Database } from "../../src/database/connect.ts";
import { createAuth } from "../../src/login/auth.ts";
import { Oidc } from "../../src/login/oidc.ts";
import { Passkeys } from "../../src/login/passkeys.ts";
import { Sessions } from "../../src/login/sessions.ts";
import type { SendableConfirmation } from "../../src/orders/confirmations.ts";
import type { SendableInvitation } from "../../src/team/invitations.ts";
import { idleQueue } from "./api.ts";
import type { Settings } from "../../src/settings.ts";
import { clientSecret } from "./oidcService.ts";
import { testSettings } from "./settings.ts";

/** The API with its login, and the mails that it would send. */
export class TestPortal {
  readonly confirmations: SendableConfirmation[] = [];
  readonly invitations: SendableInvitation[] = [];
  readonly passwordMails: { readonly email: string; readonly code: string }[] = [];
  readonly passkeyMails: { readonly email: string; readonly name: string }[] = [];
  readonly identityMails: { readonly email: string; readonly title: string }[] = [];
  readonly settings: Settings;
  readonly app: Hono;
  /** The clock that invitations go by. */
  now = (): Date => new Date();

  /**
   * @param services to sign in by, as in the settings; their secret is `clientSecret`.
   * @param requestsPerMinute most of one token, session or address.
   */
  constructor(database: Database, services: NonNullable<Settings["oidc"]> = {}, requestsPerMinute = 10_000) {
    this.settings = testSettings({ requestsPerMinute, oidc: services });
    const secrets = Object.fromEntries(Object.keys(services).map((id) => [id, clientSecret]));
    const auth = createAuth(database, this.settings, "0123456789abcdef".repeat(2), (email, code) => {
      this.passwordMails.push({ email, code });
    });
    this.app = createApi({
      database,
      queue: idleQueue,
      settings: this.settings,
      sessions: new Sessions(auth, database),
      passkeys: new Passkeys(database, this.settings, (email, name) => this.passkeyMails.push({ email, name })),
      oidc: new Oidc(database, this.settings, secrets, (email, title) => this.identityMails.push({ email, title })),
      sendConfirmation: (mail) => {
        this.confirmations.push(mail);
        return Promise.resolve();
      },
      sendInvitation: (mail) => {
        this.invitations.push(mail);
        return Promise.resolve();
      },
      now: () => this.now(),
      addressOf: (context) => context.req.header("X-Test-Address") ?? "192.0.2.1",
    });
  }
}

/** A browser as the portal sees it: it keeps cookies, and says where a write comes from. */
export class TestBrowser {
  /** What it keeps: `name=value`, by name. */
  readonly cookies = new Map<string, string>();
  /** The cookies as they were set, with what they are allowed. */
  readonly set: string[] = [];
  private readonly portal: TestPortal;
  private readonly address: string;

  constructor(portal: TestPortal, address = "192.0.2.1") {
    this.portal = portal;
    this.address = address;
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const answer = await this.portal.app.request(path, {
      method,
      headers: {
        "X-Test-Address": this.address,
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(method !== "GET" && { Origin: this.portal.settings.origin, "Idempotency-Key": crypto.randomUUID() }),
        ...(this.cookies.size > 0 && { Cookie: [...this.cookies.values()].join("; ") }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      this.set.push(cookie);
      const [pair = ""] = cookie.split(";");
      const name = pair.slice(0, pair.indexOf("="));
      if (/max-age=0/i.test(cookie)) {
        this.cookies.delete(name);
      } else {
        this.cookies.set(name, pair);
      }
    }
    return answer;
  }
}
