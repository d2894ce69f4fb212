import assert from "node:assert/strict";
import type { Resolver } from "node:dns/promises";
import { setTimeout as delay } from "node:timers/promises";
import { createApi } from "../../src/api/app.ts";
import { createToken, customerScopes, type Scope } from "../../src/api/tokens.ts";
import type { Database } from "../../src/database/connect.ts";
import type { SendableConfirmation } from "../../src/orders/confirmations.ts";
import type { JobQueue } from "../../src/jobs/queue.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { newId } from "../../src/orders/identifiers.ts";
import { ownerOf } from "../../src/orders/customers.ts";
import type { SendableInvitation } from "../../src/team/invitations.ts";
import type { Role } from "../../src/team/roles.ts";
import { testSettings } from "./settings.ts";

/** What a client sends. */
export interface Sent {
  readonly token?: string;
  readonly body?: unknown;
  /** Idempotency key; a new one by default, and none for null. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What Stripe signs by, in tests. */
export const webhookSecret = "whsec_of_the_tests";

/** The API on a database, without a network: what it answers, and the mails that it would send. */
export class TestApi {
  readonly mails: SendableConfirmation[] = [];
  readonly invitations: SendableInvitation[] = [];
  /** Set, it fails each mail. */
  mailFault: Error | undefined;
  /** The clock that lifecycles go by. */
  now = (): Date => new Date();
  private readonly app: ReturnType<typeof createApi>;
  private readonly database: Database;

  /**
   * @param queue takes jobs and delivers none, unless it is another.
   * @param exportsFolder where exports are; by default nowhere.
   * @param resolver who is asked for domains; by default the machine's.
   */
  constructor(
    database: Database,
    changes: Readonly<Record<string, unknown>> = {},
    queue: JobQueue = idleQueue,
    exportsFolder?: string,
    resolver?: Resolver,
  ) {
    this.database = database;
    this.app = createApi({
      database,
      queue,
      settings: testSettings({ requestsPerMinute: 10_000, ...changes }),
      sendConfirmation: (mail) => {
        this.mails.push(mail);
        return this.mailFault ? Promise.reject(this.mailFault) : Promise.resolve();
      },
      sendInvitation: (mail) => {
        this.invitations.push(mail);
        return this.mailFault ? Promise.reject(this.mailFault) : Promise.resolve();
      },
      exportsFolder,
      resolver,
      stripeWebhookSecret: webhookSecret,
      now: () => this.now(),
      addressOf: (context) => context.req.header("X-Test-Address") ?? "192.0.2.1",
    });
  }

  /** Asks for a path as it is, by nobody. */
  raw(path: string): Promise<Response> {
    return Promise.resolve(this.app.request(path));
  }

  /** A token of a customer, with all of a customer's scopes by default. */
  async token(email: string, allowed: readonly Scope[] = customerScopes): Promise<string> {
    return (await createToken(this.database, await ownerOf(this.database, email), "test", allowed)).secret;
  }

  /** Adds somebody to the team that an address owns. @returns his id, and a token of his with all of a customer's scopes. */
  async colleague(owner: string, email: string, role: Role): Promise<{ id: string; token: string }> {
    const { customer } = await ownerOf(this.database, owner);
    const member = newId();
    const values = { id: member, customer_id: customer, email, role };
    await this.database.insertInto("team_member").values(values).execute();
    const { secret } = await createToken(this.database, { customer, member }, "test", customerScopes);
    return { id: member, token: secret };
  }

  /** Waits until a tenant has no job any more, and is what it should be. @param token its customer's. */
  async settled(token: string, tenant: string, state: TenantView["state"], seconds = 30): Promise<TenantView> {
    for (const deadline = Date.now() + seconds * 1000; ; await delay(50)) {
      const view = (await (await this.send("GET", `/tenants/${tenant}`, { token })).json()) as TenantView;
      if (view.state === state && view.job === null) {
        return view;
      }
      assert.ok(Date.now() < deadline, `tenant is ${JSON.stringify(view)}`);
    }
  }

  /** Tells what Stripe tells, as bytes and with its signature. */
  async tell(body: string, signature: string): Promise<Response> {
    const headers = { "Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature };
    return this.app.request("/webhooks/stripe", { method: "POST", headers, body });
  }

  /** Sends a request. */
  async send(method: string, path: string, { token, body, key, headers = {} }: Sent = {}): Promise<Response> {
    const idempotency = method === "GET" || key === null ? {} : { "Idempotency-Key": key ?? crypto.randomUUID() };
    return this.app.request(`/api/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(token && { Authorization: `Bearer ${token}` }),
        ...idempotency,
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  }
}

/** What was refused, and why: status and text. */
export async function refusal(answer: Promise<Response>): Promise<string> {
  const refused = await answer;
  return `${refused.status} ${await refused.text()}`;
}

/** Takes jobs that nobody does. */
export const idleQueue: JobQueue = {
  enqueue: () => Promise.resolve(crypto.randomUUID()),
  withdraw: () => Promise.resolve(),
};

/** An order that the tests' settings sell. */
export function orderOf(address: string): Record<string, unknown> {
  return { address, company: `Company of ${address}`, plan: "basic", odooVersion: "19.0", terms: true };
}
