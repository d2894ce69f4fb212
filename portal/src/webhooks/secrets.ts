import { hkdfSync, randomBytes, type webcrypto } from "node:crypto";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import type { Database } from "../database/connect.ts";

declare global {
  // The library's types name the browsers' ones, which Node.js has under names of its own.
  type CryptoKey = webcrypto.CryptoKey;
  type CryptoKeyPair = webcrypto.CryptoKeyPair;
}

/** Hybrid public-key encryption (RFC 9180): whoever has the public key seals, and the worker alone opens. */
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** Tells the key from whatever else is made of the same secret. */
const purpose = "odoo-fleet portal: secrets of webhooks";

/** A new secret as standardwebhooks has them: 256 bits. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/**
 * Seals a secret for the worker, for one webhook and no other.
 *
 * @param publicKey the worker's, as `WebhookKeys` has it.
 */
export async function seal(publicKey: string, webhook: string, secret: string): Promise<string> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(bufferOf(Buffer.from(publicKey, "base64url")));
  const context = { recipientPublicKey };
  const { ct, enc } = await suite.seal(context, bufferOf(Buffer.from(secret)), bufferOf(Buffer.from(webhook)));
  return [enc, ct].map((part) => Buffer.from(part).toString("base64url")).join(".");
}

/** The worker's pair of keys, which follows from a secret of its own: a restored database can be read after a restart. */
export class WebhookKeys {
  readonly publicKey: string;
  private readonly privateKey: CryptoKey;

  private constructor(publicKey: string, privateKey: CryptoKey) {
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  /** @param secret of the worker, with 256 bits that can't be guessed. */
  static async from(secret: string): Promise<WebhookKeys> {
    const material = hkdfSync("sha256", secret, "", purpose, 32);
    const { publicKey, privateKey } = await suite.kem.deriveKeyPair(material);
    const serialized = await suite.kem.serializePublicKey(publicKey);
    return new WebhookKeys(Buffer.from(serialized).toString("base64url"), privateKey);
  }

  /** What was sealed; undefined when it was for another key, or for another webhook. */
  async open(webhook: string, sealed: string): Promise<string | undefined> {
    const [enc, ct] = sealed.split(".").map((part) => bufferOf(Buffer.from(part, "base64url")));
    try {
      const context = { recipientKey: this.privateKey, enc: enc! };
      return Buffer.from(await suite.open(context, ct!, bufferOf(Buffer.from(webhook)))).toString();
    } catch {
      return undefined;
    }
  }
}

/** Notes the worker's public key, for the web process: the two meet in the database alone. */
export async function noteWebhookKey(database: Database, { publicKey }: WebhookKeys): Promise<void> {
  await database
    .insertInto("webhook_key")
    .values({ is_only: true, public_key: publicKey })
    .onConflict((conflict) => conflict.column("is_only").doUpdateSet({ public_key: publicKey }))
    .execute();
}

/** The public key that secrets are sealed for; undefined before a worker noted one. */
export async function readWebhookKey(database: Database): Promise<string | undefined> {
  return (await database.selectFrom("webhook_key").select("public_key").executeTakeFirst())?.public_key;
}

/** The bytes alone: a Buffer may be a part of a larger one. */
function bufferOf(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
