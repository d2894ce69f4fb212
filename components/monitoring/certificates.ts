import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import type * as X509 from "@peculiar/x509";

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of the fleet's own: nobody but its Prometheus trusts it. */
export interface Authority {
  /** Certificate of the authority, PEM. */
  readonly certificate: string;
  /**
   * A server's certificate and key.
   *
   * @param names host names and IP addresses that it is valid for.
   */
  issue(names: readonly string[]): Promise<KeyPair>;
}

/** An Ed25519 key as PKCS #8 is this and its 32 bytes (RFC 8410, section 7). */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Beyond any fleet's life. The authority is trusted by one file on one container, and a new seed replaces everything, so
 * that an end would only be a day on which monitoring goes blind.
 */
const validity = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2126-01-01T00:00:00Z") };

const issuer = "CN=odoo-fleet monitoring";

/**
 * The authority that follows from a seed: the same one in every run, so that the state holds the seed and nothing else.
 * Ed25519 keys are any 32 bytes, and its signatures hold no chance (RFC 8032).
 *
 * @param seed a secret of at least 32 random characters.
 */
export async function certificateAuthority(seed: string): Promise<Authority> {
  const x509 = await loadX509();
  const key = keyFrom(seed, "authority");
  const signingKey = await imported(key);
  const create = async (publicKey: KeyObject, subject: string, extensions: X509.Extension[]): Promise<string> => {
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(publicKey),
      subject,
      issuer,
      ...validity,
      publicKey: await imported(createPublicKey(publicKey)),
      signingKey,
      signingAlgorithm: ed25519,
      extensions,
    });
    return `${certificate.toString("pem")}\n`;
  };
  return {
    certificate: await create(key, issuer, [new x509.BasicConstraintsExtension(true, 0, true)]),
    issue: async (names) => {
      const serverKey = keyFrom(seed, `server ${names.join(" ")}`);
      const alternatives = names.map((name) => ({ type: isIP(name) === 0 ? "dns" : "ip", value: name }) as const);
      return {
        certificate: await create(serverKey, `CN=${names[0]!}`, [
          new x509.SubjectAlternativeNameExtension([...alternatives]),
        ]),
        key: serverKey.export({ format: "pem", type: "pkcs8" }) as string,
      };
    },
  };
}

/** Loaded where it is needed: most fleets have no gateway, and it takes a tenth of a second in every run. */
async function loadX509(): Promise<typeof X509> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

const ed25519 = { name: "Ed25519" };

function keyFrom(seed: string, purpose: string): KeyObject {
  const secret = Buffer.from(hkdfSync("sha256", seed, "odoo-fleet", purpose, 32));
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, secret]), format: "der", type: "pkcs8" });
}

/** The key as the Web Cryptography API has it. */
function imported(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return key.type === "private"
    ? webcrypto.subtle.importKey("pkcs8", key.export({ format: "der", type: "pkcs8" }), ed25519, false, ["sign"])
    : webcrypto.subtle.importKey("spki", key.export({ format: "der", type: "spki" }), ed25519, true, ["verify"]);
}

/** A positive number that follows from the key: the last bytes of it, with a first byte below 128. */
function serialNumber(privateKey: KeyObject): string {
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return Buffer.concat([Buffer.from([1]), der.subarray(-15)]).toString("hex");
}
