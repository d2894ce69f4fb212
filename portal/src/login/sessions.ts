import { APIError } from "better-auth/api";
import type { Context } from "hono";
import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import type { Auth } from "./auth.ts";
import { noteProof, operatorStanding, type OperatorStanding } from "./operators.ts";

/** Days after which a session ends, however much it is used. */
export const longestDays = 30;

/** What came of a password: a session, a question for the second factor, or nothing. */
export type SignIn = "open" | "secondFactor" | "refused";

/** What a second factor is set up from: it counts once a code of it was shown. */
export interface SecondFactor {
  /** `otpauth:` address that apps read. */
  readonly uri: string;
  /** Codes that work once each, without the device. */
  readonly backupCodes: readonly string[];
}

/** Somebody who signed in. */
export interface SessionUser {
  /** The session's id. */
  readonly session: string;
  readonly email: string;
}

/** Who is signed in: sessions of browsers, by a cookie. */
export class Sessions {
  private readonly auth: Auth;
  private readonly database: Database;

  constructor(auth: Auth, database: Database) {
    this.auth = auth;
    this.database = database;
  }

  /** Whose session a request has; undefined when it has none that is valid. Its cookie is renewed now and then. */
  async userOf(context: Context): Promise<SessionUser | undefined> {
    if (context.req.header("Cookie") === undefined) {
      return undefined;
    }
    const { headers, response } = await this.auth.api.getSession({
      headers: context.req.raw.headers,
      returnHeaders: true,
    });
    if (!response) {
      return undefined;
    }
    const { session, user } = response;
    if (Date.now() - session.createdAt.getTime() > longestDays * 24 * 60 * 60 * 1000) {
      await this.close(context);
      return undefined;
    }
    copyCookies(headers, context);
    return { session: session.id, email: user.email };
  }

  /** The customer whose session a request has. */
  async customerOf(
    context: Context,
  ): Promise<{ session: string; customer: string; operator: OperatorStanding | null } | undefined> {
    const user = await this.userOf(context);
    const row =
      user &&
      (await this.database.selectFrom("customer").select("id").where("email", "=", user.email).executeTakeFirst());
    return row && { session: user.session, customer: row.id, operator: await this.operatorOf(user) };
  }

  /** How far somebody is an operator; null when he is none. */
  operatorOf({ session }: SessionUser): Promise<OperatorStanding | null> {
    return operatorStanding(this.database, session);
  }

  /** Opens a session for whom an order is that was confirmed just now: the mail's code has proven his address. */
  async openForOrder(context: Context, order: string): Promise<void> {
    const { email } = await this.database
      .selectFrom("order")
      .innerJoin("customer", "customer.id", "order.customer_id")
      .select("customer.email")
      .where("order.id", "=", order)
      .executeTakeFirstOrThrow();
    const { headers } = await this.auth.api.openSession({
      body: { email },
      headers: context.req.raw.headers,
      returnHeaders: true,
    });
    copyCookies(headers, context);
  }

  /** Opens a session by a password, or asks for the second factor; a wrong e-mail address and a wrong password aren't told apart. */
  async open(context: Context, email: string, password: string): Promise<SignIn> {
    const signedIn = await refusable(
      this.auth.api.signInEmail({ body: { email, password }, headers: context.req.raw.headers, returnHeaders: true }),
    );
    if (!signedIn) {
      return "refused";
    }
    copyCookies(signedIn.headers, context);
    return "twoFactorRedirect" in signedIn.response ? "secondFactor" : "open";
  }

  /** Begins a second factor for who is signed in; undefined when the password is wrong, or he has one. */
  async beginSecondFactor(context: Context, password: string): Promise<SecondFactor | undefined> {
    const begun = await refusable(
      this.auth.api.enableTwoFactor({ body: { password, method: "totp" }, headers: context.req.raw.headers }),
    );
    return begun && "totpURI" in begun ? { uri: begun.totpURI, backupCodes: begun.backupCodes } : undefined;
  }

  /** Takes a code of the second factor, also the first of a new one: then the session is proven. False when it is wrong or was used. */
  async proveSecondFactor(context: Context, code: string): Promise<boolean> {
    const asked = { body: { code }, headers: context.req.raw.headers, returnHeaders: true } as const;
    const taken = await refusable<{ headers: Headers; response: { token?: string | undefined } }>(
      /^\d{6}$/.test(code) ? this.auth.api.verifyTOTP(asked) : this.auth.api.verifyBackupCode(asked),
    );
    if (!taken) {
      return false;
    }
    copyCookies(taken.headers, context);
    // The first code of a new one replaces the session.
    const token = tokenIn(taken.headers) ?? taken.response.token;
    if (token !== undefined) {
      await noteProof(this.database, token);
    }
    return true;
  }

  /** Ends the session of a request at once. */
  async close(context: Context): Promise<void> {
    const { headers } = await this.auth.api.signOut({ headers: context.req.raw.headers, returnHeaders: true });
    copyCookies(headers, context);
  }

  /** Sends a mail to set a password by; nothing is sent to, or said of, an address that nobody signs in with. */
  async sendPasswordMail(email: string): Promise<void> {
    await this.auth.api.requestPasswordReset({ body: { email } });
  }

  /** Sets a password by the code of a mail, which works once, and ends all sessions; false when the code isn't valid. */
  async setPassword(code: string, password: string): Promise<boolean> {
    const set = this.auth.api.resetPassword({ body: { token: code, newPassword: password } });
    return (await refusable(set)) !== undefined;
  }
}

/** Forgets sessions and codes of passwords that are over. */
export async function forgetOldSessions(database: Database): Promise<void> {
  await sql`delete from login_session where expires_at <= now()`.execute(database);
  await sql`delete from login_verification where expires_at <= now()`.execute(database);
}

/** What was done; undefined when it was refused. */
async function refusable<Done>(asked: Promise<Done>): Promise<Done | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof APIError && Number(error.statusCode) < 500) {
      return undefined;
    }
    throw error;
  }
}

/** The session's token in a cookie that is set: what is before its signature. */
function tokenIn(headers: Headers): string | undefined {
  for (const cookie of headers.getSetCookie()) {
    const [, value] = /^[^=]*session_token=([^;]+)/.exec(cookie) ?? [];
    if (value) {
      return decodeURIComponent(value).split(".")[0];
    }
  }
  return undefined;
}

function copyCookies(from: Headers, context: Context): void {
  for (const cookie of from.getSetCookie()) {
    context.header("Set-Cookie", cookie, { append: true });
  }
}
