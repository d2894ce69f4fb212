import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { decodeClientDataJSON } from "@simplewebauthn/server/helpers";
import type { Database } from "../database/connect.ts";
import { newId } from "../orders/identifiers.ts";
import { recordLogin } from "./loginAudit.ts";
import type { Settings } from "../settings.ts";

/** A passkey as its owner sees it. */
export interface PasskeyView {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  /** When somebody signed in by it last; null: nobody did. */
  readonly usedAt: string | null;
}

/** Most passkeys of one user. */
export const mostPasskeys = 10;

/** Milliseconds within which a challenge is to be signed. */
const patience = 300_000;

/** Ed25519, ES256 and RS256: what devices have. */
const algorithms = [-8, -7, -257];

/** The library, which is large, once somebody uses a passkey. */
const webauthn = () => import("@simplewebauthn/server");

/**
 * Passkeys (WebAuthn): keys of a device, that it uses only for this origin and after it has verified its user. They take the place of the
 * password; an operator's second factor is asked for all the same.
 */
export class Passkeys {
  private readonly database: Database;
  private readonly origin: string;
  private readonly tellAdded: (email: string, name: string) => void;

  /** @param tellAdded tells somebody that a passkey of his was added: it may have been somebody else. */
  constructor(
    database: Database,
    { origin }: Pick<Settings, "origin">,
    tellAdded: (email: string, name: string) => void,
  ) {
    this.database = database;
    this.origin = origin;
    this.tellAdded = tellAdded;
  }

  /** What a device makes a passkey from, of who is signed in; undefined when he has as many as there may be. */
  async begin(email: string, now: Date): Promise<PublicKeyCredentialCreationOptionsJSON | undefined> {
    const user = await this.userId(email);
    const there = await this.rowsOf(user);
    if (there.length >= mostPasskeys) {
      return undefined;
    }
    const options = await (
      await webauthn()
    ).generateRegistrationOptions({
      rpName: this.host,
      rpID: this.host,
      userName: email,
      userID: new TextEncoder().encode(user),
      excludeCredentials: there.map(({ credential_id: id, transports }) => ({ id, transports })),
      supportedAlgorithmIDs: algorithms,
      // It is found without a name being typed, and its device knows whom it belongs to.
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    await this.keep(options.challenge, user, now);
    return options;
  }

  /** Adds what a device has made; undefined when it is for another challenge, origin or user, or is there already. */
  async add(
    email: string,
    name: string,
    response: RegistrationResponseJSON,
    now: Date,
  ): Promise<PasskeyView | undefined> {
    const user = await this.userId(email);
    const expectedChallenge = await this.taken(response, user, now);
    if (expectedChallenge === undefined) {
      return undefined;
    }
    const { verifyRegistrationResponse } = await webauthn();
    const made = await verifyRegistrationResponse({
      ...{ response, expectedChallenge, supportedAlgorithmIDs: algorithms },
      ...this.expected,
    }).catch(() => undefined);
    if (!made?.verified) {
      return undefined;
    }
    const { id, publicKey, counter, transports = [] } = made.registrationInfo.credential;
    const row = await this.database.transaction().execute(async (transaction) => {
      const added = await transaction
        .insertInto("login_passkey")
        .values({
          ...{ id: newId(), user_id: user, name, credential_id: id, public_key: Buffer.from(publicKey) },
          ...{ counter: String(counter), transports, created_at: now, used_at: null },
        })
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      if (added) {
        await recordLogin(transaction, "passkey.added", email, { passkey: added.id });
      }
      return added;
    });
    if (row) {
      this.tellAdded(email, name);
    }
    return row && viewOf(row);
  }

  /** What a device is asked to sign in by; whose, it says itself. */
  async ask(now: Date): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await webauthn();
    const options = await generateAuthenticationOptions({ rpID: this.host, userVerification: "required" });
    await this.keep(options.challenge, null, now);
    return options;
  }

  /** Whose passkey has signed: his e-mail address; undefined when none has, or not for this challenge and origin. */
  async signedBy(response: AuthenticationResponseJSON, now: Date): Promise<string | undefined> {
    const expectedChallenge = await this.taken(response, null, now);
    const found = await this.database
      .selectFrom("login_passkey")
      .innerJoin("login_user", "login_user.id", "login_passkey.user_id")
      .selectAll("login_passkey")
      .select("login_user.email")
      .where("credential_id", "=", response.id)
      .executeTakeFirst();
    if (!found || expectedChallenge === undefined) {
      return undefined;
    }
    const { id, credential_id, public_key, counter, transports, email } = found;
    const { verifyAuthenticationResponse } = await webauthn();
    const signed = await verifyAuthenticationResponse({
      ...{ response, expectedChallenge, ...this.expected },
      credential: { id: credential_id, publicKey: new Uint8Array(public_key), counter: Number(counter), transports },
    }).catch(() => undefined);
    if (!signed?.verified) {
      return undefined;
    }
    await this.database
      .updateTable("login_passkey")
      .set({ counter: String(signed.authenticationInfo.newCounter), used_at: now })
      .where("id", "=", id)
      .execute();
    return email;
  }

  /** Somebody's, the oldest first. */
  async list(email: string): Promise<PasskeyView[]> {
    return (await this.rowsOf(await this.userId(email))).map(viewOf);
  }

  /** Removes one of somebody's: nobody signs in by it any more. False when he has none of that id. */
  async remove(email: string, id: string): Promise<boolean> {
    const user = await this.userId(email);
    return this.database.transaction().execute(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom("login_passkey")
        .where("id", "=", id)
        .where("user_id", "=", user)
        .executeTakeFirst();
      if (numDeletedRows > 0n) {
        await recordLogin(transaction, "passkey.removed", email, { passkey: id });
      }
      return numDeletedRows > 0n;
    });
  }

  private get host(): string {
    return new URL(this.origin).hostname;
  }

  private get expected() {
    return { expectedOrigin: this.origin, expectedRPID: this.host, requireUserVerification: true };
  }

  private async userId(email: string): Promise<string> {
    const { id } = await this.database
      .selectFrom("login_user")
      .select("id")
      .where("email", "=", email)
      .executeTakeFirstOrThrow();
    return id;
  }

  private rowsOf(user: string) {
    return this.database
      .selectFrom("login_passkey")
      .selectAll()
      .where("user_id", "=", user)
      .orderBy("created_at")
      .execute();
  }

  private async keep(challenge: string, user: string | null, now: Date): Promise<void> {
    await this.database
      .insertInto("login_challenge")
      .values({ challenge, user_id: user, expires_at: new Date(now.getTime() + patience) })
      .execute();
  }

  /** The challenge that was signed, which works once; undefined when it wasn't given out, to this user, within minutes. */
  private async taken(
    { response: { clientDataJSON } }: { readonly response: { readonly clientDataJSON: string } },
    user: string | null,
    now: Date,
  ): Promise<string | undefined> {
    let challenge: string;
    try {
      ({ challenge } = decodeClientDataJSON(clientDataJSON));
    } catch {
      return undefined;
    }
    if (!/^[\w-]{1,200}$/.test(challenge)) {
      return undefined;
    }
    const row = await this.database
      .deleteFrom("login_challenge")
      .where("challenge", "=", challenge)
      .where("user_id", user === null ? "is" : "=", user)
      .where("expires_at", ">", now)
      .returning("challenge")
      .executeTakeFirst();
    return row?.challenge;
  }
}

/** Forgets challenges that nobody signed in time. */
export async function forgetOldChallenges(database: Database, now: Date): Promise<void> {
  await database.deleteFrom("login_challenge").where("expires_at", "<=", now).execute();
}

function viewOf(row: { id: string; name: string; created_at: Date; used_at: Date | null }): PasskeyView {
  const { id, name, created_at: createdAt, used_at: usedAt } = row;
  return { id, name, createdAt: createdAt.toISOString(), usedAt: usedAt?.toISOString() ?? null };
}
