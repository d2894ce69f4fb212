import { type ConfigProblem, showValue } from "./errors";
import type { Read } from "./lenient";
import { type ConfigPath, formatPath, removeCommand, setCommand } from "./paths";
import { unknownName } from "./problems";
import type { TenantConfig } from "./schema";

type Tenants = ReadonlyMap<string, Read<TenantConfig>>;

/** Keys that a copy has of the tenant that it is a copy of, where it doesn't say otherwise: what its data depends on, and its size. */
const inherited = [
  "plan",
  "odoo",
  "postgres",
  "modules",
  "addons",
  "serverWideModules",
  "odooOptions",
  "pythonPackages",
  "debianPackages",
  "company",
] as const satisfies readonly (keyof TenantConfig)[];

/** A tenant's keys, with those of the tenant that it is a copy of. */
export function withSource(read: Read<TenantConfig>, tenants: Tenants): Read<TenantConfig> {
  const source = read.value.copyOf === undefined ? undefined : tenants.get(read.value.copyOf);
  if (source === undefined) {
    return read;
  }
  const keys = inherited.filter((key) => read.value[key] === undefined && !read.faulty.has(key));
  return {
    value: { ...Object.fromEntries(keys.map((key) => [key, source.value[key]])), ...read.value },
    // What is wrong there is reported there.
    faulty: new Set([...read.faulty, ...keys.filter((key) => source.faulty.has(key))]),
  };
}

/** Reports what keeps a tenant from being a copy of another one. */
export function checkCopy(
  name: string,
  { value }: Read<TenantConfig>,
  tenants: Tenants,
  problems: ConfigProblem[],
): void {
  const path: ConfigPath = ["tenants", name];
  const { copyOf } = value;
  if (copyOf === undefined) {
    if (value.neutralized !== undefined) {
      problems.push({
        path: formatPath([...path, "neutralized"]),
        value: showValue(value.neutralized),
        expected: "no value here: it is for a copy of a tenant (copyOf)",
        wayOut: removeCommand([...path, "neutralized"]),
      });
    }
    return;
  }
  const customers = [...tenants].filter(([, other]) => other.value.copyOf === undefined).map(([other]) => other);
  if (!customers.includes(copyOf)) {
    problems.push(unknownName([...path, "copyOf"], copyOf, customers));
    return;
  }
  const source = tenants.get(copyOf)!.value;
  for (const key of ["odoo", "postgres"] as const) {
    if (value[key] !== undefined && value[key] !== source[key]) {
      problems.push({
        path: formatPath([...path, key]),
        value: showValue(value[key]),
        expected: `what ${copyOf} has, ${showValue(source[key])}: its data can't be opened by another one`,
        wayOut: source[key] === undefined ? removeCommand([...path, key]) : setCommand([...path, key], source[key]),
      });
    }
  }
}
