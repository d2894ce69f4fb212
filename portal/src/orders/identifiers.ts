import { createHash, randomBytes, randomInt } from "node:crypto";

const letters = "abcdefghijklmnopqrstuvwxyz";

/**
 * A new identifier that is also a valid name of a tenant: a letter, then letters and digits. 12 characters are 60 bits; the primary
 * key refuses a second one.
 */
export function newId(): string {
  const rest = Array.from({ length: 11 }, () => `${letters}0123456789`[randomInt(36)]);
  return letters[randomInt(26)]! + rest.join("");
}

/** A new secret of 256 bits, as text for a link or a header. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of a secret. It has 256 random bits, so a plain hash can't be guessed back. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
