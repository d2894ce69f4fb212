import type { Generated } from "kysely";

/** A passkey: what only its device can sign with is there alone. */
export interface PasskeyTable {
  readonly id: string;
  readonly user_id: string;
  /** As its owner calls it. */
  readonly name: string;
  /** The device's name for it, base64url. */
  readonly credential_id: string;
  readonly public_key: Buffer;
  /** How often it has signed, of devices that count. */
  counter: string;
  /** How a browser reaches it. */
  readonly transports: string[];
  readonly created_at: Date;
  used_at: Date | null;
}

/** What a passkey was asked to sign, once and within minutes. */
export interface ChallengeTable {
  readonly challenge: string;
  /** Who adds a passkey; null: somebody signs in. */
  readonly user_id: string | null;
  readonly expires_at: Date;
}

/** A user of the login, of whose table better-auth has the rest. */
interface LoginUserTable {
  readonly id: Generated<string>;
  readonly email: string;
}

/** Tables of passkeys. */
export interface PasskeyTables {
  readonly login_passkey: PasskeyTable;
  readonly login_challenge: ChallengeTable;
  readonly login_user: LoginUserTable;
}
