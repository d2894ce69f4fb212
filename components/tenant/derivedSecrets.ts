import { hkdfSync, pbkdf2Sync } from "node:crypto";
import type { EscrowedKeys } from "../../fleet/escrow";

// What follows from a random secret, without Pulumi: tools that only compute it start in a third of the time.

/** Rounds of PBKDF2 for the master password's hash: passlib's own default. The password is random, not guessable. */
const hashRounds = 25_000;

/** The keys of a tenant's two repositories, which follow from one secret. */
export function repositoryKeys(backupPassword: string): EscrowedKeys {
  return {
    backupPassword,
    databaseKey: derivedSecret(backupPassword, "repository of the database", 32),
    filesKey: derivedSecret(backupPassword, "repository of the files", 32),
  };
}

/**
 * A secret that follows from another one, by HKDF with SHA-256 (RFC 5869): hexadecimal digits.
 *
 * @param root a random secret of at least 128 bits, which no salt has to make good.
 * @param what it is for; another text gives an independent secret.
 * @param bytes its length; 20 bytes are 160 bits.
 */
export function derivedSecret(root: string, what: string, bytes: number): string {
  return Buffer.from(hkdfSync("sha256", root, "", `odoo-fleet ${what}`, bytes)).toString("hex");
}

/** PBKDF2-SHA512 in passlib's notation, which Odoo reads: `$pbkdf2-sha512$rounds$salt$checksum`, base64 with `.` for `+`. */
export function passlibHash(password: string, salt: string): string {
  const encode = (bytes: Buffer): string => bytes.toString("base64").replace(/\+/g, ".").replace(/=+$/, "");
  const checksum = pbkdf2Sync(password, salt, hashRounds, 64, "sha512");
  return `$pbkdf2-sha512$${hashRounds}$${encode(Buffer.from(salt))}$${encode(checksum)}`;
}
