/** Compares a resource's state with its new inputs the way the official bridged providers do. */
import { defaultsOf, Fields, isZero, Property } from "./schema";
import {
  canonical,
  containsUnknown,
  equal,
  isObject,
  isUnknown,
  Properties,
  PropertyValue,
  reveal,
  revealAll,
  text,
} from "./values";

/** One property that changes. */
export interface Change {
  property: string;
  /** Where in the property, as in `triggers[1]`; without it, the property as a whole. */
  path?: string;
  kind: "add" | "update" | "delete";
  /** The change needs a new resource. */
  replace: boolean;
}

/**
 * All top-level properties that change from a state to new inputs.
 * A property that is left out and that the engine fills in doesn't change; empty and left out are the same.
 */
export function diff(fields: Fields, state: Properties, inputs: Properties, ignore: string[] = []): Change[] {
  const before = revealAll(state);
  const after = revealAll(inputs);
  const changes: Change[] = [];
  for (const [name, property] of Object.entries(fields)) {
    if (ignore.includes(name)) continue;
    const output = property.output === true;
    const kind =
      missing(property, state[name], inputs[name]) ??
      (output ? undefined : changeOf(property, before[name], after[name]));
    if (kind !== undefined) changes.push({ property: name, kind, replace: !output && replaces(property) });
  }
  return changes;
}

/** A list that the engine fills in and that a failed creation left without a value is still to come. */
function missing(property: Property, before?: PropertyValue, after?: PropertyValue): Change["kind"] | undefined {
  const filledIn = property.output === true || property.computed === true;
  return property.kind === "list" && filledIn && before === null && after === undefined ? "add" : undefined;
}

/** A property replaces if it or anything in it does. */
function replaces(property: Property): boolean {
  if (property.forceNew === true) return true;
  if (property.element !== undefined && replaces(property.element)) return true;
  return Object.values(property.fields ?? {}).some(replaces);
}

function changeOf(property: Property, before?: PropertyValue, after?: PropertyValue): Change["kind"] | undefined {
  const absent = before === undefined || before === null;
  if (after === undefined || after === null || (after === "" && property.emptyKeeps === true)) {
    return property.computed === true || property.emptyKeeps === true || isZero(before) ? undefined : "delete";
  }
  // A list of blocks says the same empty and left out; a list of plain values doesn't.
  if (property.computed === true && property.element?.kind === "object" && isZero(after)) return undefined;
  // Said to be empty, and not read yet: the engine may have something there.
  if (absent && isEmptyList(after) && property.computed === true) return "add";
  if (property.kind === "object" && !isUnknown(after) && normalise(property, after) === undefined) {
    return absent ? "add" : undefined;
  }
  if (!containsUnknown(after) && same(property, before, after)) return undefined;
  return absent ? "add" : "update";
}

const isEmptyList = (value: PropertyValue): boolean => Array.isArray(value) && value.length === 0;

/**
 * As {@link diff}, for a plugin on Terraform's newer framework: defaults are filled in here and not when inputs are
 * checked, `*` ignores everything, and an empty map isn't none.
 */
export function frameworkDiff(fields: Fields, state: Properties, inputs: Properties, ignore: string[] = []): Change[] {
  if (ignore.includes("*")) return [];
  const emptied = Object.entries(fields).filter(([name, { kind }]) => {
    const value = inputs[name];
    return kind === "map" && isObject(value) && isZero(value) && (state[name] ?? null) === null;
  });
  const added = emptied.map(([property]): Change => ({ property, kind: "add", replace: false }));
  return [...diff(fields, state, { ...defaultsOf(fields), ...inputs }, ignore), ...added];
}

/** Whether a value read from the engine and one from the program mean the same. */
export function same(property: Property, before: PropertyValue | undefined, after: PropertyValue): boolean {
  if (before !== undefined && before !== null && property.same?.(before, after) === true) return true;
  return equal(normalise(property, before, after), normalise(property, after));
}

/**
 * The value in a form that can be compared: sets sorted, nested defaults filled in, empty parts left out.
 * `hint` is the new value: what it leaves out and the engine fills in is left out here too.
 */
function normalise(
  property: Property,
  value: PropertyValue | undefined,
  hint?: PropertyValue,
): PropertyValue | undefined {
  const plain = reveal(value);
  if (plain === undefined || plain === null) return undefined;
  switch (property.kind) {
    case "list":
    case "set": {
      if (!Array.isArray(plain)) return plain;
      const hints = Array.isArray(hint) ? hint : [];
      const items = plain.map((item, index) => normalise(property.element as Property, item, hints[index]) ?? null);
      if (items.length === 0) return undefined;
      return property.kind === "set" ? items.sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1)) : items;
    }
    case "map": {
      if (!isObject(plain)) return plain;
      const entries = Object.entries(plain).map(([key, item]): [string, PropertyValue] => [key, text(item)]);
      return entries.length === 0 ? undefined : Object.fromEntries(entries);
    }
    case "object":
      return isObject(plain) ? normaliseFields(property.fields as Fields, plain, hint) : plain;
    default:
      return isZero(plain) ? undefined : plain;
  }
}

function normaliseFields(
  fields: Fields,
  value: Properties,
  hint: PropertyValue | undefined,
): PropertyValue | undefined {
  const full: Properties = { ...defaultsOf(fields), ...value };
  const result: Properties = {};
  for (const [name, property] of Object.entries(fields)) {
    const wanted = isObject(hint) ? hint[name] : undefined;
    if (property.computed === true && isObject(hint) && isZero(wanted)) continue;
    const item = normalise(property, full[name], wanted);
    if (item !== undefined) result[name] = item;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}
