/** Checks a resource's inputs against its schema: unknown properties are refused, defaults are filled in. */
import { createHash } from "node:crypto";
import { Dialect } from "./dialect";
import { Fields, Property } from "./schema";
import { isObject, isSecret, isUnknown, Properties, PropertyValue, secret } from "./values";

/** One thing that is wrong with the inputs. */
export interface Failure {
  /** Path of the property, as in `uploads[0].content`. */
  property: string;
  reason: string;
}

/** The inputs with defaults, and everything that is wrong with them. */
export interface Checked {
  inputs: Properties;
  failures: Failure[];
}

/** Name of the input that lists which other inputs were filled in, as in the official plugins' state. */
const defaultsKey = "__defaults";

class Checker {
  readonly failures: Failure[] = [];

  constructor(private readonly args: Pick<CheckArgs, "plugin" | "type" | "name" | "dialect">) {}

  fields(fields: Fields, given: Properties, path: string): Properties {
    const { dialect } = this.args;
    const result: Properties = {};
    for (const [name, value] of Object.entries(given)) {
      if (name.startsWith("__") || value === null) continue;
      const where = path === "" ? name : `${path}.${name}`;
      const property = fields[name];
      if (property === undefined || property.output === true) {
        if (dialect.acceptsUnknown) result[name] = value;
        else this.unknownProperty(where, fields);
      } else if (property.refused !== undefined)
        this.fail(where, `the stand-in refuses \`${where}\`: ${property.refused}`);
      else result[name] = this.value(property, value, where);
    }
    const defaulted: string[] = [];
    for (const [name, property] of Object.entries(fields)) {
      if (result[name] !== undefined || (given[name] ?? undefined) !== undefined) continue;
      const where = path === "" ? name : `${path}.${name}`;
      if (property.default !== undefined && dialect.fillsIn) {
        result[name] = property.default;
        defaulted.push(name);
      } else if (property.required === true && property.autoName !== true) {
        this.fail(where, dialect.words.missing(where));
      }
    }
    if (dialect.fillsIn) result[defaultsKey] = defaulted.sort();
    return result;
  }

  private value(property: Property, value: PropertyValue, path: string): PropertyValue {
    if (isUnknown(value)) return value;
    if (isSecret(value)) return secret(this.value(property, value["value"] ?? null, path));
    const before = this.failures.length;
    const result = this.plain(property, value, path);
    if (this.failures.length > before) return result ?? value;
    const problem = result === undefined ? undefined : property.check?.(result);
    // The value itself stays out of the message: it may be a secret.
    if (problem !== undefined) this.fail(path, `\`${path}\` ${problem}`);
    return result ?? value;
  }

  private plain(property: Property, value: PropertyValue, path: string): PropertyValue | undefined {
    const { dialect } = this.args;
    switch (property.kind) {
      case "any":
        return value;
      case "string":
        if (typeof value === "string") return value;
        if (!dialect.converts || typeof value === "object") return this.wrongType(path, property);
        return String(value);
      case "bool":
        if (typeof value === "boolean") return value;
        if (dialect.converts && (value === "true" || value === "false")) return value === "true";
        return this.wrongType(path, property);
      case "int":
      case "number": {
        if (typeof value === "number") return property.kind === "int" && dialect.converts ? Math.trunc(value) : value;
        const number = typeof value === "string" && value.trim() !== "" && dialect.converts ? Number(value) : NaN;
        if (isNaN(number)) return this.wrongType(path, property);
        return dialect.keepsNumbersAsGiven ? value : number;
      }
      case "list":
      case "set": {
        // The bridge wraps whatever stands where a list is wanted.
        if (!Array.isArray(value) && !dialect.converts) return this.wrongType(path, property);
        const items = Array.isArray(value) ? value : [value];
        return items.map((item, index) => this.value(property.element as Property, item, `${path}[${index}]`));
      }
      case "map":
        if (!isObject(value)) return this.wrongType(path, property);
        return Object.fromEntries(
          Object.entries(value).map(([key, item]) => [
            key,
            this.value(property.element as Property, item, dialect.words.mapItem(path, key)),
          ]),
        );
      case "object": {
        // A block that is wanted once may come as a list of one.
        const single = Array.isArray(value) && value.length === 1 && dialect.converts ? value[0] : value;
        return isObject(single) ? this.fields(property.fields as Fields, single, path) : this.wrongType(path, property);
      }
    }
  }

  private unknownProperty(path: string, fields: Fields): void {
    const { plugin, type, dialect } = this.args;
    const output = fields[path.split(".").pop() ?? ""]?.output === true;
    this.fail(
      path,
      dialect.words.unknown?.(path) ??
        (output ? `\`${path}\` on ${type} is decided by the engine and can't be given` : undefined) ??
        `the stand-in for ${plugin} doesn't know \`${path}\` on ${type}; ` +
          `install the official plugin (pulumi plugin install resource ${plugin}) or add the property to the stand-in`,
    );
  }

  private wrongType(path: string, property: Property): undefined {
    this.fail(path, this.args.dialect.words.wrongType(path, property));
  }

  private fail(property: string, reason: string): void {
    const { dialect } = this.args;
    this.failures.push({ property, reason: dialect.words.failure(reason, this.args.name, property) });
  }
}

/** What {@link check} needs to know. */
export interface CheckArgs {
  /** Name of the plugin, as in `docker`. */
  plugin: string;
  /** The resource's type token. */
  type: string;
  fields: Fields;
  /** The resource's logical name, from which a name is made up. */
  name: string;
  /** The inputs of the resource as it is now; a made-up name stays. */
  olds: Properties;
  news: Properties;
  /** How the official plugin that this one stands for checks. */
  dialect: Dialect;
  /** Makes a made-up name differ between resources and stay between preview and update. */
  seed: Uint8Array;
}

/** Checks inputs; all that is wrong comes back at once. */
export function check(args: CheckArgs): Checked {
  const checker = new Checker(args);
  const inputs = checker.fields(args.fields, args.news, "");
  const defaulted = (inputs[defaultsKey] ?? []) as string[];
  for (const [name, property] of Object.entries(args.fields)) {
    if (property.autoName !== true || inputs[name] !== undefined) continue;
    // A name that was there stays, also one that the program gave and now leaves out.
    inputs[name] = args.olds[name] ?? madeUpName(args.name, args.seed);
    defaulted.push(name);
  }
  defaulted.sort();
  return { inputs, failures: checker.failures };
}

/** A name like the official plugins': the logical name, a dash and 7 hexadecimal digits. */
function madeUpName(name: string, seed: Uint8Array): string {
  const digest = createHash("sha256").update(seed).update(name).digest("hex");
  return `${name}-${digest.slice(0, 7)}`;
}

/** True if the input was given by the program, not filled in. */
export function isGiven(inputs: Properties, name: string): boolean {
  return inputs[name] !== undefined && (inputs[defaultsKey] as string[] | undefined)?.includes(name) !== true;
}
