import { z } from "zod";
import { setting, text, whole } from "./setting";

/** A name or an IPv4 address, and the port where it isn't the protocol's own. No path: buckets are named by path below it. */
const endpoint =
  /^https:\/\/[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]))?$/;
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucket = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Folders below the bucket, or below the login's own folder. */
const folder = /^[A-Za-z0-9][A-Za-z0-9_.-]*(\/[A-Za-z0-9][A-Za-z0-9_.-]*)*$/;
/** Keys of S3's providers: one word, which becomes a line's end of a file. */
const keyText = /^[^\s"'#;]{3,256}$/;
const publicHostKey = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,2}$/;
const privateKey = /^-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END [A-Z ]*PRIVATE KEY-----\n?$/;
/** Public keys of age: X25519, or its hybrid with ML-KEM. Source: https://github.com/C2SP/C2SP/blob/main/age.md */
const ageRecipient = /^age1(pq1)?[02-9ac-hj-np-z]{58,2500}$/;
const certificates = /^(-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n?)+$/;

/** Keys of `backup.s3`. */
const s3Schema = z.strictObject({
  endpoint: setting(text(endpoint).max(255), {
    description: "Address of the S3-compatible service. Always HTTPS.",
    expected: "an https URL without a path, such as https://s3.eu-west-3.amazonaws.com",
    example: "https://s3.eu-west-3.amazonaws.com",
    defaultText: "required",
  }),
  region: setting(text(/^[a-z0-9-]{2,64}$/), {
    description: "Region that the service's signatures name.",
    expected: "a region such as eu-west-3",
    example: "eu-west-3",
    default: "us-east-1",
  }).optional(),
  bucket: setting(text(bucket), {
    description: "Bucket that the copies go to. It has to be there.",
    expected: "the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
    example: "example-odoo-backups",
    defaultText: "required",
  }),
  accessKeyId: setting(text(keyText), {
    description:
      "Id of a key that may put objects, get them and list the bucket, and do nothing else: above all not delete.",
    expected: "the id of an access key",
    example: "AKIAIOSFODNN7EXAMPLE",
    defaultText: "required",
  }),
  secretAccessKey: setting(text(keyText), {
    description:
      "Secret of that key. Always a secret: `pulumi config set --secret --path 'odoo-fleet:backup.s3.secretAccessKey'`.",
    expected: "the secret of the access key, as a secret",
    example: "...",
    defaultText: "required",
    secret: true,
  }),
  lockDays: setting(whole(1, 3650), {
    description:
      "Days for which the bucket's own default retention (object lock, mode COMPLIANCE) keeps every object. The bucket is set up with it; this states it.",
    expected: "a whole number of days from 1 to 3650",
    example: 35,
    unit: "days",
    defaultText: "the target isn't locked, and `unlocked` says why",
  }).optional(),
});

/** Keys of `backup.sftp`. */
const sftpSchema = z.strictObject({
  host: setting(text(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/).max(253), {
    description: "Name or IPv4 address of the SSH server.",
    expected: "a name or an IPv4 address",
    example: "backup.example.com",
    defaultText: "required",
  }),
  port: setting(whole(1, 65535), {
    description: "Its port.",
    expected: "a port from 1 to 65535",
    example: 22,
    default: 22,
  }).optional(),
  user: setting(text(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/), {
    description: "Login, which needs SFTP alone.",
    expected: "the name of a login",
    example: "odoo-fleet",
    defaultText: "required",
  }),
  hostKeys: z
    .array(
      setting(text(publicHostKey), {
        description: "A public key of the server.",
        expected: "a public key of the server, as `ssh-keyscan` prints it, without the name before it",
        example: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI...",
      }),
    )
    .min(1)
    .meta({
      description: "Public keys of the server; another one is refused.",
      "x-expected": "a list of at least one public key",
      "x-default-text": "required",
    }),
  privateKey: setting(text(privateKey).max(16_384), {
    description:
      "Private key of the login, without a passphrase. Always a secret: `pulumi config set --secret --path 'odoo-fleet:backup.sftp.privateKey' <key`.",
    expected: "a private key in OpenSSH's or PEM form without a passphrase, as a secret",
    example: "...",
    defaultText: "required",
    secret: true,
  }),
});

/** Keys of `backup`: where copies of all backups go to. */
export const offsiteSchema = z.strictObject({
  s3: s3Schema
    .meta({
      description: "An S3-compatible bucket; either this or `sftp`.",
      "x-expected": "endpoint, bucket, accessKeyId and secretAccessKey",
      "x-default-text": "the target is `sftp`",
      "x-secret": true,
    })
    .optional(),
  sftp: sftpSchema
    .meta({
      description: "A server that is reached by SFTP; either this or `s3`.",
      "x-expected": "host, user, hostKeys and privateKey",
      "x-default-text": "the target is `s3`",
      "x-secret": true,
    })
    .optional(),
  folder: setting(text(folder).max(255), {
    description:
      "Folder of this environment in the bucket, or below the login's own folder. Each environment needs one of its own.",
    expected: "a relative path, such as odoo/prod",
    example: "odoo/prod",
    defaultText: "the environment's name",
  }).optional(),
  certificate: setting(text(certificates).max(65_536), {
    description: "Certificates of the authority that signed the service's own, where it isn't a public one.",
    expected: "certificates in PEM form",
    example: "-----BEGIN CERTIFICATE-----...",
    defaultText: "the public authorities",
  }).optional(),
  escrow: z
    .array(
      setting(text(ageRecipient), {
        description: "Public key of an operator.",
        expected: "a public key of age, as `age-keygen` prints it: age1...",
        example: "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
      }),
    )
    .min(1)
    .meta({
      description:
        "Public keys of age, of the operators. The keys of all backups are encrypted to them and copied to the target too: whoever has one of the private keys restores everything without the stack's state. Keep these where no host is.",
      "x-expected": "a list of at least one public key of age",
      "x-default-text": "the keys are in the stack's state alone",
    })
    .optional(),
  unlocked: setting(text(/\S.{9,}/).max(500), {
    description:
      "Why the target isn't locked: what else keeps the copies when a host's key is in wrong hands. For a target without `s3.lockDays`.",
    expected: "the reason, in ten characters at least",
    example: "the server takes a snapshot each night that this login can't reach",
    defaultText: "the target is locked",
  }).optional(),
  mibPerSecond: setting(whole(1, 10_000), {
    description: "What a host's copies may take of its line at most.",
    expected: "a whole number of MiB a second from 1 to 10000",
    example: 20,
    unit: "MiB/s",
    defaultText: "not limited",
  }).optional(),
});

export type OffsiteConfig = z.output<typeof offsiteSchema>;
