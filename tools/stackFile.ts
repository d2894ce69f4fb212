import { parse } from "yaml";
import { formatPath, ownKeys, type RawConfig, resolveFleet } from "../fleet";
import { isSecretVariable } from "../fleet/wildcardChecks";
import type { Fleet } from "../fleet/types";
import { valueAt } from "../fleet/paths";

/** What stands for an encrypted value: a right one for every key that may be a secret. */
const encrypted = "https://secret.invalid/{host}";

/** The same for keys whose values have a shape of their own. */
const shaped: Readonly<Record<string, string>> = {
  privateKey: "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n",
  secretKey: "sk_test_secret",
  webhookSecret: "whsec_secret",
};

/**
 * The fleet's keys of a stack's file, as `parseFleet` takes them. What is encrypted there stays so: a right value stands in its
 * place, which nothing but a check may use.
 *
 * @param config the part `config` of the file.
 */
export function configOfFile(config: Readonly<Record<string, unknown>>): RawConfig {
  return JSON.parse(JSON.stringify(ownKeys(config)), (key, inner: unknown) =>
    isEncrypted(inner) ? (shaped[key] ?? encrypted) : inner,
  ) as RawConfig;
}

/**
 * The fleet of a stack's file; what is encrypted stays so.
 *
 * @param now the moment that tenants' lifecycles are looked at; by default now.
 * @throws FleetConfigError with every mistake.
 */
export function fleetOfStackFile(text: string, environment: string, now = new Date()): Fleet {
  const document = parse(text) as { config?: Record<string, unknown> } | null;
  const config = document?.config ?? {};
  // The engine tells of a key only whether anything below it is encrypted; the file itself tells of those that have to be.
  const plain = plainPasswords(config);
  const secretKeys = ["monitoring", "sudoPasswords", "backup", "portal", "edge"].filter(
    (key) => !plain.some((path) => path.startsWith(formatPath([key]))),
  );
  return resolveFleet(configOfFile(config), environment, secretKeys, now);
}

/** Paths of the passwords that a stack's file has in plain text, as `pulumi config set --path` takes them. */
export function plainPasswords(config: Readonly<Record<string, unknown>>): string[] {
  const own = ownKeys(config);
  const { sudoPasswords } = own;
  const hosts =
    typeof sudoPasswords === "object" && !isEncrypted(sudoPasswords) ? Object.keys(sudoPasswords ?? {}) : [];
  const services = Object.keys((valueAt(own, ["portal", "oidc"]) as object | undefined) ?? {});
  const variables = Object.keys((valueAt(own, ["edge", "wildcard", "credentials"]) as object | undefined) ?? {});
  const named = [
    ...variables.filter(isSecretVariable).map((name) => ["edge", "wildcard", "credentials", name]),
    ...services.map((name) => ["portal", "oidc", name, "clientSecret"]),
    ["monitoring", "mail", "password"],
    ["portal", "mail", "password"],
    ["portal", "invoices", "stripe", "secretKey"],
    ["portal", "invoices", "stripe", "webhookSecret"],
    ["backup", "s3", "secretAccessKey"],
    ["backup", "sftp", "privateKey"],
  ];
  return [...named, ...hosts.map((host) => ["sudoPasswords", host])]
    .filter((path) => typeof valueAt(own, path) === "string")
    .map(formatPath);
}

/** Whether this is how Pulumi writes a secret into the file. */
function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "secure";
}
