import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign } from "node:crypto";
import { isIP } from "node:net";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_subjectAltName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";

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
  issue(names: readonly string[]): KeyPair;
}

/** RFC 8410. */
const ed25519 = "1.3.101.112";
const commonName = "2.5.4.3";

/** An Ed25519 key as PKCS #8 is this and its 32 bytes (RFC 8410, section 7). */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Beyond any fleet's life. The authority is trusted by one file on one container, and a new seed replaces everything, so
 * that an end would only be a day on which monitoring goes blind.
 */
const validity = new Validity({
  notBefore: new Date("2026-01-01T00:00:00Z"),
  notAfter: new Date("2126-01-01T00:00:00Z"),
});

/**
 * The authority that follows from a seed: the same one in every run, so that the state holds the seed and nothing else.
 * Ed25519 keys are any 32 bytes, and its signatures hold no chance (RFC 8032).
 *
 * @param seed a secret of at least 32 random characters.
 */
export function certificateAuthority(seed: string): Authority {
  const key = keyFrom(seed, "authority");
  const issuer = "odoo-fleet monitoring";
  const own = signed({ subject: issuer, publicKey: key, issuer, issuerKey: key, extensions: [basicConstraints()] });
  return {
    certificate: own,
    issue: (names) => {
      const serverKey = keyFrom(seed, `server ${names.join(" ")}`);
      const extensions = [alternativeNames(names)];
      return {
        certificate: signed({ subject: names[0]!, publicKey: serverKey, issuer, issuerKey: key, extensions }),
        key: serverKey.export({ format: "pem", type: "pkcs8" }) as string,
      };
    },
  };
}

function keyFrom(seed: string, purpose: string): KeyObject {
  const secret = Buffer.from(hkdfSync("sha256", seed, "odoo-fleet", purpose, 32));
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, secret]), format: "der", type: "pkcs8" });
}

function signed(what: {
  subject: string;
  publicKey: KeyObject;
  issuer: string;
  issuerKey: KeyObject;
  extensions: Extension[];
}): string {
  const publicKey = createPublicKey(what.publicKey).export({ format: "der", type: "spki" });
  const algorithm = new AlgorithmIdentifier({ algorithm: ed25519 });
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(publicKey),
    signature: algorithm,
    issuer: nameOf(what.issuer),
    validity,
    subject: nameOf(what.subject),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey, SubjectPublicKeyInfo),
    extensions: new Extensions(what.extensions),
  });
  const certificate = new Certificate({
    tbsCertificate: body,
    signatureAlgorithm: algorithm,
    signatureValue: bytes(sign(null, Buffer.from(AsnConvert.serialize(body)), what.issuerKey)),
  });
  const base64 = Buffer.from(AsnConvert.serialize(certificate)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

/** A positive number that follows from the key: the last bytes of it, with a first byte below 128. */
function serialNumber(publicKey: Buffer): ArrayBuffer {
  return bytes(Buffer.concat([Buffer.from([1]), publicKey.subarray(-15)]));
}

function nameOf(text: string): Name {
  const value = new AttributeValue({ utf8String: text });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonName, value })])]);
}

function basicConstraints(): Extension {
  return extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true);
}

function alternativeNames(names: readonly string[]): Extension {
  const list = names.map((name) => new GeneralName(isIP(name) === 0 ? { dNSName: name } : { iPAddress: name }));
  return extension(id_ce_subjectAltName, new SubjectAlternativeName(list), false);
}

function extension(id: string, value: object, critical: boolean): Extension {
  return new Extension({ extnID: id, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function bytes(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}
