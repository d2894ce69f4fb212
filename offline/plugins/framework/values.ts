/**
 * Property values as they travel between the Pulumi engine and a provider, with the two things JSON has no word for:
 * secrets and values that are not known yet (during a preview).
 */

/** A property value in the engine's wire form. Secrets are objects with a signature, unknowns are fixed strings. */
export type PropertyValue = null | boolean | number | string | PropertyValue[] | { [key: string]: PropertyValue };

/** A resource's inputs or outputs. */
export type Properties = { [key: string]: PropertyValue };

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The wire form of an unknown string; the others stand for unknowns of other types and mean the same to a provider. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownValues = new Set<PropertyValue>([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** True for a plain object, secrets included. */
export function isObject(value: PropertyValue | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a value that is not known yet. */
export function isUnknown(value: PropertyValue | undefined): boolean {
  return typeof value === "string" && unknownValues.has(value);
}

/** True for a value that Pulumi keeps encrypted in its state. */
export function isSecret(value: PropertyValue | undefined): value is Properties {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** Marks a value as secret, so that the engine encrypts it in the state and masks it on screen. */
export function secret(value: PropertyValue): PropertyValue {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/** True for an asset, archive or resource reference: values with a signature that is not a secret's. */
export function isSpecial(value: PropertyValue | undefined): boolean {
  return isObject(value) && value[signatureKey] !== undefined && !isSecret(value);
}

/** The value inside a secret, one level deep, and any other value as it is. */
export function unwrap(value: PropertyValue | undefined): PropertyValue | undefined {
  return isSecret(value) ? unwrap(value["value"]) : value;
}

function some(value: PropertyValue | undefined, test: (value: PropertyValue | undefined) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  return isObject(value) && Object.values(value).some((item) => some(item, test));
}

/** True if a secret is anywhere in the value. */
export function containsSecret(value: PropertyValue | undefined): boolean {
  return some(value, isSecret);
}

/** True if an unknown is anywhere in the value. */
export function containsUnknown(value: PropertyValue | undefined): boolean {
  return some(value, isUnknown);
}

/**
 * The value with every secret opened and every internal key (`__defaults`, `__meta`) left out: what a provider works with.
 * The result must never be handed back to the engine or printed.
 */
export function reveal(value: PropertyValue | undefined): PropertyValue | undefined {
  const open = unwrap(value);
  if (Array.isArray(open)) return open.map((item) => reveal(item) ?? null);
  if (!isObject(open) || isSpecial(open)) return open;
  return revealAll(open);
}

/** {@link reveal} for a whole set of properties. */
export function revealAll(properties: Properties): Properties {
  const plain: Properties = {};
  for (const [key, value] of Object.entries(properties)) {
    if (!key.startsWith("__")) plain[key] = reveal(value) ?? null;
  }
  return plain;
}

/** The value without internal keys and with its secrets still closed: what outputs take over from inputs. */
export function withoutInternals(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(withoutInternals);
  if (!isObject(value) || isSpecial(value)) return value;
  const entries = Object.entries(value).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutInternals(item)]));
}

/** Structural equality; key order in objects doesn't count, item order in arrays does. */
export function equal(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && equal(left[key], right[key]));
}

/** A value as a string; nothing is the empty one, and a list or object is JSON. */
export function text(value: PropertyValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** JSON with sorted keys: equal values give equal text, which orders sets. */
export function canonical(value: PropertyValue | undefined): string {
  return JSON.stringify(value ?? null, (_key, item: PropertyValue) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

/** Every string that is inside a secret, so that a message can be cleaned of it. */
export function secretStrings(value: PropertyValue | undefined, inside = false): string[] {
  if (isSecret(value)) return secretStrings(value["value"], true);
  if (Array.isArray(value)) return value.flatMap((item) => secretStrings(item, inside));
  if (isObject(value)) return Object.values(value).flatMap((item) => secretStrings(item, inside));
  return inside && typeof value === "string" ? [value] : [];
}

/** The shortest piece of a secret that is looked for in messages: shorter ones would mask ordinary words. */
const shortestSecret = 4;

/** The message with every given secret, and every line and `KEY=` part of one, replaced by `[secret]`. */
export function redact(message: string, secrets: string[]): string {
  const pieces = secrets.flatMap((text) => [text, ...text.split("\n"), text.slice(text.indexOf("=") + 1)]);
  const wanted = [...new Set(pieces.map((piece) => piece.trim()))].filter((piece) => piece.length >= shortestSecret);
  return wanted
    .sort((a, b) => b.length - a.length)
    .reduce((text, piece) => text.split(piece).join("[secret]"), message);
}
