import type { CertificateSource, Wildcard } from "./edgeTypes";
import { type ConfigProblem, hidden, looksSecret, showValue } from "./errors";
import { type ConfigPath, formatPath, removeCommand, setCommand, setSecretCommand } from "./paths";
import type { EdgeConfig } from "./schema";

const root: ConfigPath = ["edge", "wildcard"];

/**
 * Names that a provider's variables have. What steers lego, or any program, isn't a provider's: it is set here, or not at all; but for
 * how lego waits for a record.
 */
const variable =
  /^(?!LEGO_(?!DNS_PROPAGATION_(WAIT|DISABLE_ANS|DISABLE_RNS)$)|LD_|ODOO_FLEET_|SSL_CERT_)[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** Resolves how the wildcard certificate is ordered; reports what keeps it from being so. */
export function resolveWildcard(
  { provider, credentials, resolvers = [] }: NonNullable<EdgeConfig["wildcard"]>,
  certificates: CertificateSource,
  isEncrypted: boolean | undefined,
  problems: ConfigProblem[],
): Wildcard {
  if (certificates.kind === "internal") {
    problems.push({
      path: formatPath(root),
      value: showValue(provider),
      expected: "nothing: with certificates internal nothing is ordered",
      wayOut: `${removeCommand(root)}, or ${setCommand(["edge", "certificates"], "acme")}`,
    });
  }
  for (const name of Object.keys(credentials)) {
    const path = [...root, "credentials", name];
    if (!variable.test(name)) {
      problems.push({
        path: formatPath(path),
        value: hidden,
        expected:
          "a variable that lego's page of the provider names, such as CF_DNS_API_TOKEN: capitals, digits and underscores, and none of lego's own",
        wayOut: `${removeCommand(path)}, and look at https://go-acme.github.io/lego/dns/${provider}/`,
      });
    } else if (isEncrypted === false && isSecretVariable(name)) {
      problems.push({
        path: formatPath(path),
        value: hidden,
        expected: "a secret: it is in plain text in the stack's file",
        wayOut: `make another one at the provider, as this one was in a plain-text file, and ${setSecretCommand(path)}`,
      });
    }
  }
  return { provider, resolvers: [...new Set(resolvers)] };
}

/** Whether a variable's value opens something, by its name. That of a key of TSIG is public, and what it opens with has another one. */
export function isSecretVariable(name: string): boolean {
  return looksSecret(name) || /_(KEY|AUTH)$/.test(name.replace(/_TSIG_KEY$/, ""));
}
