/**
 * How the official plugins check and compare. There are three ways: docker is bridged from a Terraform provider on the older
 * SDK, random from one on the newer framework, and command is written for Pulumi with types inferred from Go.
 */
import { Change, diff, frameworkDiff } from "./diff";
import { inferredDiff } from "./inferredDiff";
import { Fields, Property } from "./schema";
import { bridgedShape, frameworkShape, inferredShape, Shape } from "./shape";
import { Properties } from "./values";

/** One way to check inputs and to compare them with a state. */
export interface Dialect {
  /** The plugin takes secrets and marks outputs itself; otherwise the engine marks outputs by their inputs. */
  acceptsSecrets: boolean;
  /** Properties that the plugin doesn't know pass without a word. */
  acceptsUnknown: boolean;
  /** Defaults become inputs, and `__defaults` lists them. */
  fillsIn: boolean;
  /** Text is taken for numbers and booleans, numbers for text, and one value for a list of one. */
  converts: boolean;
  /** Text that is a number passes as it is. */
  keepsNumbersAsGiven: boolean;
  diff: (fields: Fields, state: Properties, inputs: Properties, ignore: string[]) => Change[];
  shape: Shape;
  /** The state has the resource's id among its properties. */
  recordsId: boolean;
  /** Refuses a change that has to be a replacement. */
  beforeUpdate: (urn: string, changes: Change[]) => void;
  /** After a change, what the program left out stays in the state; otherwise it goes. */
  keepsLeftOut: boolean;
  /** A change that failed is recorded as if it had happened. */
  recordsRefused: boolean;
  words: {
    missing: (path: string) => string;
    /** Without it, the stand-in says that it may be the one that doesn't know the property. */
    unknown?: (path: string) => string;
    wrongType: (path: string, property: Property) => string;
    mapItem: (path: string, key: string) => string;
    /** The error of an operation, such as `creating`; `urn` is left out where nothing is in the state. */
    error: (message: string, operation: string, urn?: string) => string;
    /** The whole reason of a failure. */
    failure: (reason: string, resource: string, path: string) => string;
  };
}

const kindWords: Record<Property["kind"], string> = {
  string: "a string",
  int: "a whole number",
  number: "a number",
  bool: "true or false",
  list: "a list",
  set: "a list",
  map: "a map",
  object: "an object",
  any: "a value",
};

/** Terraform's SDK lists errors, also a single one. */
function terraformError(message: string, operation: string, urn?: string): string {
  const list = `1 error occurred:\n\t* ${message}\n\n`;
  return urn === undefined ? list : `${operation} ${urn}: ${list}`;
}

/** The engine never asks for it; the bridge says so. */
function refuseReplacement(urn: string, changes: Change[]): void {
  if (!changes.some(({ replace }) => replace)) return;
  throw new Error(
    `internal: expected diff to not require deletion or replacement during Update of ${urn}. ` +
      "Found delete=false, replace=true. This indicates a bug in provider.",
  );
}

/** docker. */
export const bridged: Dialect = {
  acceptsSecrets: false,
  acceptsUnknown: false,
  fillsIn: true,
  converts: true,
  keepsNumbersAsGiven: false,
  diff,
  shape: bridgedShape,
  recordsId: true,
  keepsLeftOut: true,
  recordsRefused: true,
  beforeUpdate: refuseReplacement,
  words: {
    missing: (path) => `Missing required argument. The argument "${path}" is required, but no definition was found.`,
    wrongType: (path, { kind }) => `\`${path}\` must be ${kindWords[kind]}`,
    mapItem: (path, key) => `${path}["${key}"]`,
    error: terraformError,
    failure: (reason, resource, path) => `${reason}. Examine values at '${resource}.${path}'.`,
  },
};

/** random. */
export const framework: Dialect = {
  acceptsSecrets: false,
  acceptsUnknown: true,
  fillsIn: false,
  converts: true,
  keepsNumbersAsGiven: true,
  diff: frameworkDiff,
  shape: frameworkShape,
  recordsId: true,
  keepsLeftOut: false,
  recordsRefused: false,
  beforeUpdate: () => undefined,
  words: {
    missing: (path) => `Missing required property '${path}'`,
    wrongType: (path, { kind }) => `\`${path}\` must be ${kindWords[kind]}`,
    mapItem: (path, key) => `${path}["${key}"]`,
    error: terraformError,
    failure: (reason, resource, path) =>
      reason.startsWith("Missing") ? reason : `${reason}. Examine values at '${resource}.${path}'.`,
  },
};

const goTypes: Record<Property["kind"], string> = {
  string: "string",
  int: "int",
  number: "float64",
  bool: "bool",
  list: "[]",
  set: "[]",
  map: "map[string]string",
  object: "object",
  any: "interface {}",
};

function goType(property: Property): string {
  const element = property.element;
  return property.kind === "list" && element !== undefined ? `[]${goTypes[element.kind]}` : goTypes[property.kind];
}

/** command. */
export const inferred: Dialect = {
  acceptsSecrets: true,
  acceptsUnknown: false,
  fillsIn: false,
  converts: false,
  keepsNumbersAsGiven: false,
  diff: inferredDiff,
  shape: inferredShape,
  recordsId: false,
  keepsLeftOut: false,
  recordsRefused: false,
  beforeUpdate: () => undefined,
  words: {
    missing: (path) => `Missing required field '${path}'`,
    unknown: (path) => `Unrecognized field '${path}' on 'local.CommandInputs'`,
    wrongType: (path, property) => `Field '${path}' on 'local.CommandInputs' must be a '${goType(property)}'`,
    mapItem: (path, key) => `${path}[${key}] value`,
    error: (message) => message,
    failure: (reason) => reason,
  },
};
