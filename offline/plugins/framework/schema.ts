/**
 * A small language that says which properties a resource has and how they behave, in the terms of the official bridged
 * providers: required, default, replaced on change (`forceNew`), filled in by the engine when left out (`computed`).
 */
import { Properties, PropertyValue, text } from "./values";

/** What a value is made of. A set is a list whose order has no meaning. */
export type Kind = "string" | "int" | "number" | "bool" | "list" | "set" | "map" | "object" | "any";

/** How one property behaves. */
export interface Behaviour {
  /** The property must be given. */
  required?: boolean;
  /** A change needs a new resource. */
  forceNew?: boolean;
  /** Left out, the property takes the value that the engine chose, which then is no difference. */
  computed?: boolean;
  /** The property is never an input. */
  output?: boolean;
  /** The value when it's left out. */
  default?: PropertyValue;
  /** The value in a state when nothing was given: a default of the Terraform provider that never becomes an input. */
  stateDefault?: PropertyValue;
  /** The property is in a state only when it was given: the plugin's captured version doesn't know it yet. */
  newer?: boolean;
  /** The name is made up from the resource's name when it's left out. */
  autoName?: boolean;
  /** Why a value isn't acceptable, or nothing. Gets known values only, without secrets' wrapping. */
  check?: (value: PropertyValue) => string | undefined;
  /** Left out or empty, the property keeps the value that is there. */
  emptyKeeps?: boolean;
  /** Whether an old and a new value mean the same although they differ. */
  same?: (before: PropertyValue, after: PropertyValue) => boolean;
  /** Why the stand-in refuses this property of the official plugin. */
  refused?: string;
}

/** One property: its kind, its parts and its behaviour. */
export interface Property extends Behaviour {
  kind: Kind;
  /** Of a list, set or map. */
  element?: Property;
  /** Of an object. */
  fields?: Fields;
}

/** The properties of a resource or object by name. */
export type Fields = { [name: string]: Property };

const scalar =
  (kind: Kind) =>
  (behaviour: Behaviour = {}): Property => ({ kind, ...behaviour });

/** A string. */
export const string = scalar("string");
/** A whole number. */
export const int = scalar("int");
/** A number. */
export const number = scalar("number");
/** True or false. */
export const bool = scalar("bool");
/** Any value, nested ones included. */
export const any = scalar("any");
/** An ordered list. */
export const list = (element: Property, behaviour: Behaviour = {}): Property => ({
  kind: "list",
  element,
  ...behaviour,
});
/** A list whose order has no meaning. */
export const set = (element: Property, behaviour: Behaviour = {}): Property => ({ kind: "set", element, ...behaviour });
/** Strings by name. */
export const map = (behaviour: Behaviour = {}): Property => ({ kind: "map", element: string(), ...behaviour });
/** Values by name that pass as they are given, numbers too; they are compared as text. */
export const looseMap = (behaviour: Behaviour = {}): Property => ({ kind: "map", element: any(), ...behaviour });
/** An object with fixed properties. */
export const object = (fields: Fields, behaviour: Behaviour = {}): Property => ({
  kind: "object",
  fields,
  ...behaviour,
});

/** The same properties, each of which now needs a new resource when it changes. */
export function allForceNew(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, property]) => [name, { ...property, forceNew: true }]));
}

/** A check that a string is one of the given ones. */
export const oneOf =
  (...allowed: string[]) =>
  (value: PropertyValue): string | undefined =>
    allowed.includes(text(value)) ? undefined : `must be one of ${allowed.map((item) => `"${item}"`).join(", ")}`;

/** A check that a string has a form; the words say which. */
export const matches =
  (pattern: RegExp, words: string) =>
  (value: PropertyValue): string | undefined =>
    pattern.test(text(value)) ? undefined : `must be ${words}`;

/** A check that a number lies in a range, limits included. */
export const between =
  (low: number, high = Number.MAX_SAFE_INTEGER) =>
  (value: PropertyValue): string | undefined =>
    Number(value) >= low && Number(value) <= high
      ? undefined
      : high === Number.MAX_SAFE_INTEGER
        ? `must be ${low} or more`
        : `must be between ${low} and ${high}`;

/** The zero value of a kind: what the official plugins take "left out" and "empty" alike for. */
export function isZero(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** The defaults of the given fields that have one. */
export function defaultsOf(fields: Fields): Properties {
  const entries = Object.entries(fields).filter(([, property]) => property.default !== undefined);
  return Object.fromEntries(entries.map(([name, property]) => [name, property.default as PropertyValue]));
}
