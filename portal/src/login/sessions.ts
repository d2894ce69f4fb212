import { APIError } from "better-auth/api";
import type { Context } from "hono";
import { sql } from "kysely";
import type { SessionCaller } from "../api/operation.ts";
import type { Database } from "../database/connect.ts";
import type { Confirmed } from "../orders/confirmations.ts";
import { ownerOf } from "../orders/customers.ts";
import { isInvited } from "../team/invitations.ts";
import { membershipsOf, type MembershipView } from "../team/memberships.ts";
import type { Auth } from "./auth.ts";
import { recordLogin } from "./loginAudit.ts";
import {
  addUser,
  noteProof,
  operatorInSession,
  secondFactorIn,
  type SecondFactorStanding,
  type SessionOperator,
} from "./operators.ts";

/** Days after which a session ends, however much it is used. */
const longestDays = 30;

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

/** The teams that somebody is in. */
export interface Teams {
  readonly all: readonly MembershipView[];
  /** The one that his session acts for; undefined: he is in none. */
  readonly current: MembershipView | undefined;
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

  /** Who a request's session acts for, by which role. */
  async callerOf(context: Context): Promise<SessionCaller | undefined> {
    const user = await this.userOf(context);
    if (!user) {
      return undefined;
    }
    const [{ current }, operator, secondFactor] = await Promise.all([
      this.teamsOf(user),
      this.operatorOf(user),
      this.secondFactorOf(user),
    ]);
    // What an operator does is noted under his own id, so he has one, whatever team he is in.
    const membership = current ?? (operator === null ? undefined : await ownerOf(this.database, user.email));
    return { session: user.session, membership, operator, secondFactor };
  }

  /** The teams that somebody is in, and the one that his session acts for: what he chose, or else the first. */
  async teamsOf({ session, email }: SessionUser): Promise<Teams> {
    const [all, { rows }] = await Promise.all([
      membershipsOf(this.database, email),
      sql<{ chosen: string | null }>`
        select customer_id as chosen from login_session where id = ${session}`.execute(this.database),
    ]);
    return { all, current: all.find(({ customer }) => customer === rows[0]?.chosen) ?? all[0] };
  }

  /** Has a session act for another team of its user; false when he isn't in it. */
  async chooseTeam(user: SessionUser, customer: string): Promise<boolean> {
    const { all } = await this.teamsOf(user);
    const isIn = all.some((one) => one.customer === customer);
    if (isIn) {
      await this.actFor(user.session, customer);
    }
    return isIn;
  }

  private async actFor(session: string, customer: string): Promise<void> {
    await sql`update login_session set customer_id = ${customer} where id = ${session}`.execute(this.database);
  }

  /** How far somebody has shown his second factor in this session. */
  secondFactorOf({ session }: SessionUser): Promise<SecondFactorStanding> {
    return secondFactorIn(this.database, session);
  }

  /** What somebody is as an operator; null when he is none. */
  operatorOf({ session }: SessionUser): Promise<SessionOperator | null> {
    return operatorInSession(this.database, session);
  }

  /** Opens a session for who has confirmed an order just now, by which his address is proven; it acts for the order's customer. */
  async openConfirmed(context: Context, { email, customer }: Pick<Confirmed, "email" | "customer">): Promise<void> {
    await this.actFor(await this.openProven(context, email), customer);
  }

  /** Opens a session for who has proven just now that he is who signs in with this address. @returns its id. */
  async openProven(context: Context, email: string): Promise<string> {
    const { headers, response } = await this.auth.api.openSession({
      body: { email },
      headers: context.req.raw.headers,
      returnHeaders: true,
    });
    copyCookies(headers, context);
    return response.session;
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
    const user = await this.userOf(context);
    const isNew = user !== undefined && (await this.secondFactorOf(user)) === "unset";
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
    const isProven = token !== undefined && (await noteProof(this.database, token));
    if (isNew && isProven) {
      await recordLogin(this.database, "secondFactor.set", user.email);
    }
    return true;
  }

  /** Takes away the second factor of who is signed in; false when the password is wrong. */
  async removeSecondFactor(context: Context, { email }: SessionUser, password: string): Promise<boolean> {
    const removed = await refusable(
      this.auth.api.disableTwoFactor({ body: { password }, headers: context.req.raw.headers, returnHeaders: true }),
    );
    if (removed) {
      copyCookies(removed.headers, context);
      await recordLogin(this.database, "secondFactor.removed", email);
    }
    return removed !== undefined;
  }

  /** Ends the session of a request at once. */
  async close(context: Context): Promise<void> {
    const { headers } = await this.auth.api.signOut({ headers: context.req.raw.headers, returnHeaders: true });
    copyCookies(headers, context);
  }

  /** Sends a mail to set a password by; nothing is sent to, or said of, an address that nobody signs in with, and that isn't invited to. */
  async sendPasswordMail(email: string): Promise<void> {
    const address = email.toLowerCase();
    if (await isInvited(this.database, address, new Date())) {
      // The mail's code will prove the address.
      await addUser(this.database, address);
    }
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
