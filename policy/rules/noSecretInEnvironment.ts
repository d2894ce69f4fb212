import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

const secretName =
  /(^|[_-])(pass|passwd|password|pwd|secret|token|api_?key|access_?key|private_?key|credentials?)s?($|[_-])/i;
/** Forms that are secret whatever they are called: a login in a URL, a private key, tokens of well-known services. */
const secretValue =
  /:\/\/[^/\s:@]+:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY|\b(gh[pousr]_|glpat-|AKIA|xox[abp]-|pul-)[A-Za-z0-9_-]{8,}/;

/**
 * No secret in environment or arguments.
 *
 * Messages name the variable or the place of the argument, never the value.
 *
 * Severity: critical. References: CIS 4.10. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 27,
  name: "no-secret-in-environment",
  title: "No secret in environment or arguments",
  level: "mandatory",
  severity: "critical",
  references: ["CIS 4.10"],
  url: cis,
  types: [types.container],
  properties: ["envs", "command", "entrypoints"],
  why: "Both are shown by `docker inspect`, in process lists and in logs.",
  fix: "Put it into a file in a volume, and give its path (`..._FILE`).",
  check: ({ envs = [], command = [], entrypoints = [] }) => [
    ...envs.flatMap((line) => {
      const [name = "", ...value] = line.split("=");
      return isSecretVariable(name, value.join("=")) ? [`environment variable ${name} holds a secret`] : [];
    }),
    ...[...entrypoints, ...command].flatMap((argument, index, all) =>
      isSecretArgument(argument, all[index + 1]) ? [`argument ${index + 1} holds a secret`] : [],
    ),
  ],
};

/** Paths of files that hold a secret, and settings about one (`..._FILE`, `..._METHOD`), may be seen. */
function isSecretVariable(name: string, value: string): boolean {
  const about = /_(FILE|PATH|DIR|METHOD|ENCRYPTION|LENGTH|TTL|EXPIRY|NAME)$/i.test(name);
  return secretValue.test(value) || (secretName.test(name) && !about && value !== "");
}

function isSecretArgument(argument: string, next = ""): boolean {
  const [flag = "", ...value] = argument.split("=");
  const named =
    /^--?[A-Za-z]/.test(flag) && secretName.test(flag.replace(/^-+/, "")) && !/[-_](file|path)$/i.test(flag);
  return (
    secretValue.test(argument) || (named && (value.length > 0 ? value.join("=") : next.replace(/^-.*/, "")) !== "")
  );
}
