import { type ConfigProblem, hidden, showValue } from "./errors";
import { type ConfigPath, formatPath, removeCommand, setSecretCommand } from "./paths";
import type { PortalService } from "./portalTypes";
import type { PortalConfig } from "./schema";

const root: ConfigPath = ["portal", "oidc"];

/** What a service is called in addresses. */
const serviceName = /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/;

/** The services that customers sign in by, without their secrets; nothing where none is declared. */
export function servicesOf(declared: PortalConfig["oidc"] = {}): {
  readonly oidc?: Readonly<Record<string, PortalService>>;
} {
  const services = Object.entries(declared).map(([name, { title, issuer, clientId }]) => [
    name,
    { title, issuer, clientId },
  ]);
  return services.length === 0 ? {} : { oidc: Object.fromEntries(services) as Readonly<Record<string, PortalService>> };
}

/** Their secrets, by name; nothing where none is declared. */
export function serviceSecrets(declared: PortalConfig["oidc"] = {}): {
  readonly oidc?: Readonly<Record<string, string>>;
} {
  const secrets = Object.entries(declared).map(([name, { clientSecret }]) => [name, clientSecret]);
  return secrets.length === 0 ? {} : { oidc: Object.fromEntries(secrets) as Readonly<Record<string, string>> };
}

/**
 * Checks the services that customers sign in by.
 *
 * @param isEncrypted whether the stack's file encrypts a part of `portal`; undefined: not known.
 */
export function checkServices(
  { oidc = {} }: Partial<PortalConfig>,
  isEncrypted: boolean | undefined,
  problems: ConfigProblem[],
): void {
  const names = Object.keys(oidc);
  for (const name of names.filter((one) => !serviceName.test(one))) {
    problems.push({
      path: formatPath([...root, name]),
      value: showValue(name),
      expected: "a name of lower-case letters, digits and hyphens, a letter first: it is in addresses",
      wayOut: `give it another name; ${removeCommand([...root, name])}`,
    });
  }
  names.forEach((name, index) => {
    const before = names.slice(0, index).find((one) => oidc[one]!.issuer === oidc[name]!.issuer);
    if (before !== undefined) {
      problems.push({
        path: formatPath([...root, name, "issuer"]),
        value: showValue(oidc[name]!.issuer),
        expected: `another service than ${formatPath([...root, before])} is`,
        wayOut: removeCommand([...root, name]),
      });
    }
  });
  for (const name of isEncrypted === false ? names : []) {
    const path = [...root, name, "clientSecret"];
    problems.push({
      path: formatPath(path),
      value: hidden,
      expected: "a secret: it is in plain text in the stack's file",
      wayOut: `make another one at the service, as this one was in a plain-text file, and ${setSecretCommand(path)}`,
    });
  }
}
