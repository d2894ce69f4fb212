/** Somebody's account at another service, by which he signs in. */
export interface IdentityTable {
  /** Who vouches for it. */
  readonly issuer: string;
  /** Its name there, which nobody else ever has; an e-mail address may come to be another's. */
  readonly subject: string;
  readonly user_id: string;
  readonly created_at: Date;
  used_at: Date;
}

/** Somebody who went to another service to sign in, and what proves that he comes back from there. It works once, within minutes. */
export interface DepartureTable {
  /** SHA-256, hexadecimal, of what his browser has. */
  readonly state_hash: string;
  readonly service: string;
  readonly nonce: string;
  /** Of which the service has the hash (RFC 7636). */
  readonly verifier: string;
  readonly expires_at: Date;
}

/** Tables of who signs in by another service. */
export interface IdentityTables {
  readonly login_identity: IdentityTable;
  readonly login_departure: DepartureTable;
}
