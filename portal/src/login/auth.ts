import { betterAuth } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { twoFactor } from "better-auth/plugins/two-factor";
import { z } from "zod";
import type { Database } from "../database/connect.ts";
import type { Settings } from "../settings.ts";
import { recordLogin } from "./loginAudit.ts";

/** Days without a request after which a session ends. */
const idleDays = 7;

/** Characters that a password has at least (NIST SP 800-63B-4, 3.1.1.2, for a password that is the only factor). */
export const shortestPassword = 15;

/** Minutes for which the link of a password's mail works. */
export const passwordMailMinutes = 60;

const day = 24 * 60 * 60;

/**
 * better-auth on the portal's database. It is used as a library: its own routes aren't served.
 *
 * A user comes to be when he confirms an order, so each has a proven e-mail address; he sets a password by a mail.
 *
 * @param secret signs the cookies
 * @param sendPasswordMail sends the code by which a password is set
 */
// Its type is what better-auth infers from its options.
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export function createAuth(
  database: Database,
  settings: Settings,
  secret: string,
  sendPasswordMail: (email: string, code: string) => void,
) {
  const isSecure = settings.origin.startsWith("https:");
  const times = { createdAt: "created_at", updatedAt: "updated_at" };
  return betterAuth({
    baseURL: settings.origin,
    secret,
    database: { db: database, type: "postgres" },
    telemetry: { enabled: false },
    logger: { level: "error" },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: shortestPassword,
      maxPasswordLength: 128,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: passwordMailMinutes * 60,
      // Not awaited: how long a mail takes would tell who is known.
      sendResetPassword: ({ user, token }) => {
        sendPasswordMail(user.email, token);
        return Promise.resolve();
      },
      onPasswordReset: ({ user }) => recordLogin(database, "password.set", user.email),
    },
    user: { modelName: "login_user", fields: { emailVerified: "email_verified", ...times } },
    session: {
      modelName: "login_session",
      expiresIn: idleDays * day,
      updateAge: day / 24,
      fields: {
        userId: "user_id",
        expiresAt: "expires_at",
        ipAddress: "ip_address",
        userAgent: "user_agent",
        ...times,
      },
    },
    account: {
      modelName: "login_account",
      fields: {
        userId: "user_id",
        accountId: "account_id",
        providerId: "provider_id",
        accessToken: "access_token",
        refreshToken: "refresh_token",
        idToken: "id_token",
        accessTokenExpiresAt: "access_token_expires_at",
        refreshTokenExpiresAt: "refresh_token_expires_at",
        ...times,
      },
    },
    verification: {
      modelName: "login_verification",
      storeIdentifier: "hashed",
      fields: { expiresAt: "expires_at", ...times },
    },
    // Counted by `attempts.ts`, by the address that the portal believes.
    rateLimit: { enabled: false },
    advanced: {
      // `__Host-` lets no other host set or read it; better-auth's own prefix would be `__Secure-`.
      cookiePrefix: isSecure ? "__Host-portal" : "portal",
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isSecure, httpOnly: true, sameSite: "lax", path: "/" },
      ipAddress: { disableIpTracking: true },
    },
    plugins: [
      confirmedSessions(),
      // TOTP (RFC 6238) and codes for when the device is lost; both encrypted by the secret.
      twoFactor({
        issuer: new URL(settings.origin).hostname,
        schema: {
          user: { fields: { twoFactorEnabled: "two_factor_enabled" } },
          twoFactor: {
            modelName: "login_two_factor",
            fields: {
              userId: "user_id",
              backupCodes: "backup_codes",
              failedVerificationCount: "failed_verification_count",
              lockedUntil: "locked_until",
            },
          },
        },
      }),
    ],
  });
}

/** better-auth, as the portal has set it up. */
export type Auth = ReturnType<typeof createAuth>;

/** Opens a session for somebody whose e-mail address was proven just now; he becomes a user if he is none. */
function confirmedSessions() {
  return {
    id: "confirmed-sessions",
    endpoints: {
      // Without a path: no request reaches it.
      openSession: createAuthEndpoint({ method: "POST", body: z.object({ email: z.email() }) }, async (context) => {
        const { internalAdapter } = context.context;
        const email = context.body.email.toLowerCase();
        const known = await internalAdapter.findUserByEmail(email);
        const user =
          known?.user ??
          (await internalAdapter.createUser({ email, name: email, emailVerified: true }, { method: "magic-link" }));
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(context, { session, user });
        return context.json({ session: session.id });
      }),
    },
  };
}
