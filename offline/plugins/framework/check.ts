/** Checks a resource's inputs against its schema: unknown properties are refused, defaults are filled in. */
import { createHash } from "node:crypto";
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

  constructor(
    private readonly plugin: string,
    private readonly type: string,
  ) {}

  fields(fields: Fields, given: Properties, path: string): Properties {
    const result: Properties = {};
    for (const [name, value] of Object.entries(given)) {
      if (name.startsWith("__") || value === null) continue;
      const where = path === "" ? name : `${path}.${name}`;
      const property = fields[name];
      if (property === undefined || property.output === true) this.unknownProperty(where);
      else if (property.refused !== undefined)
        this.fail(where, `the stand-in refuses \`${where}\`: ${property.refused}`);
      else result[name] = this.value(property, value, where);
    }
    const defaulted: string[] = [];
    for (const [name, property] of Object.entries(fields)) {
      if (result[name] !== undefined || given[name] !== undefined) continue;
      const where = path === "" ? name : `${path}.${name}`;
      if (property.default !== undefined) {
        result[name] = property.default;
        defaulted.push(name);
      } else if (property.required === true && property.autoName !== true) {
        this.fail(where, `missing required property \`${where}\``);
      }
    }
    result[defaultsKey] = defaulted.sort();
    return result;
  }

  private value(property: Property, value: PropertyValue, path: string): PropertyValue {
    if (isUnknown(value)) return value;
    if (isSecret(value)) return secret(this.value(property, value["value"] ?? null, path));
    const result = this.plain(property, value, path);
    const problem = result === undefined ? undefined : property.check?.(result);
    // The value itself stays out of the message: it may be a secret.
    if (problem !== undefined) this.fail(path, `\`${path}\` ${problem}`);
    return result ?? value;
  }

  private plain(property: Property, value: PropertyValue, path: string): PropertyValue | undefined {
    switch (property.kind) {
      case "any":
        return value;
      case "string":
        return typeof value === "object" ? this.wrongType(path, "a string") : String(value);
      case "bool":
        if (value === true || value === "true") return true;
        return value === false || value === "false" ? false : this.wrongType(path, "true or false");
      case "int":
      case "number": {
        const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
        const fits =
          typeof number === "number" && (property.kind === "int" ? Number.isInteger(number) : !isNaN(number));
        return fits ? number : this.wrongType(path, property.kind === "int" ? "a whole number" : "a number");
      }
      case "list":
      case "set":
        if (!Array.isArray(value)) return this.wrongType(path, "a list");
        return value.map((item, index) => this.value(property.element as Property, item, `${path}[${index}]`));
      case "map":
        if (!isObject(value)) return this.wrongType(path, "a map");
        return Object.fromEntries(
          Object.entries(value).map(([key, item]) => [
            key,
            this.value(property.element as Property, item, `${path}["${key}"]`),
          ]),
        );
      case "object":
        return isObject(value)
          ? this.fields(property.fields as Fields, value, path)
          : this.wrongType(path, "an object");
    }
  }

  private unknownProperty(path: string): void {
    this.fail(
      path,
      `the stand-in for ${this.plugin} doesn't know \`${path}\` on ${this.type}; ` +
        `install the official plugin (pulumi plugin install resource ${this.plugin}) or add the property to the stand-in`,
    );
  }

  private wrongType(path: string, expected: string): undefined {
    this.fail(path, `\`${path}\` must be ${expected}`);
  }

  private fail(property: string, reason: string): void {
    this.failures.push({ property, reason });
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
  /** Makes a made-up name differ between resources and stay between preview and update. */
  seed: Uint8Array;
}

/** Checks inputs; all that is wrong comes back at once. */
export function check(args: CheckArgs): Checked {
  const checker = new Checker(args.plugin, args.type);
  const inputs = checker.fields(args.fields, args.news, "");
  const defaulted = inputs[defaultsKey] as string[];
  for (const [name, property] of Object.entries(args.fields)) {
    if (property.autoName !== true || inputs[name] !== undefined) continue;
    const before = args.olds[name];
    const wasMadeUp = (args.olds[defaultsKey] as string[] | undefined)?.includes(name) === true && before !== undefined;
    inputs[name] = wasMadeUp ? before : madeUpName(args.name, args.seed);
    defaulted.push(name);
  }
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
