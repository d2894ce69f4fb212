/** Namespace of the fleet's keys in a stack's configuration. */
export const namespace = "odoo-fleet";

/** Where a value is in the configuration, from the top key on. */
export type ConfigPath = readonly (string | number)[];

/**
 * A path as `pulumi config set --path` takes it, e.g. `odoo-fleet:tenants.acme.plan`,
 * `odoo-fleet:images.odoo["18.0"]` or `odoo-fleet:tenants.acme.modules[0]`.
 */
export function formatPath(path: ConfigPath): string {
  const [top, ...rest] = path;
  const tail = rest.map((segment) => {
    if (typeof segment === "number") {
      return `[${segment}]`;
    }
    return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
  });
  return `${namespace}:${top ?? ""}${tail.join("")}`;
}

/** What is at a path below a value; undefined where nothing is. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (outer, key) =>
      typeof outer === "object" && outer !== null ? (outer as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

/** The command that sets a path; the value is quoted when a shell would take it apart. */
export function setCommand(path: ConfigPath, value: string | number | boolean): string {
  return `pulumi config set --path ${shellQuote(formatPath(path), true)} ${shellQuote(String(value))}`;
}

/** The command that asks for a secret and stores it encrypted at a path. */
export function setSecretCommand(path: ConfigPath): string {
  return `pulumi config set --secret --path ${shellQuote(formatPath(path), true)}`;
}

/** The command that removes a path. */
export function removeCommand(path: ConfigPath): string {
  return `pulumi config rm --path ${shellQuote(formatPath(path), true)}`;
}

function shellQuote(text: string, always = false): string {
  const plain = /^[A-Za-z0-9_@%+=:,./-]+$/.test(text);
  return plain && !always ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
