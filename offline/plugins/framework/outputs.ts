/** Builds a resource's recorded outputs: nothing that was secret in the inputs ever becomes plain. */
import { same } from "./diff";
import { ResourceType } from "./resource";
import {
  containsSecret,
  isObject,
  Properties,
  PropertyValue,
  reveal,
  secret,
  unknownValue,
  withoutInternals,
} from "./values";

/** Name of the output that holds facts about the state itself, as in the official bridged plugins. */
const metaKey = "__meta";

function meta(type: ResourceType, incomplete = false): Properties {
  const facts = {
    ...(type.schemaVersion && { schema_version: type.schemaVersion }),
    ...(incomplete && { incomplete }),
  };
  return Object.keys(facts).length === 0 ? {} : { [metaKey]: JSON.stringify(facts) };
}

/** Marks a state whose resource failed while it was made: it exists, but isn't what was asked for. */
export function partialMarker(type: ResourceType): Properties {
  return meta(type, true);
}

/** Whether a state has the mark of {@link partialMarker}. */
export function wasPartial(state: Properties): boolean {
  const facts = state[metaKey];
  return typeof facts === "string" && (JSON.parse(facts) as { incomplete?: boolean }).incomplete === true;
}

/**
 * The outputs to record: the inputs as they came, secrets closed, under what the provider read or decided.
 * A value that was secret stays so, also when the provider read another one in its place.
 */
export function carry(type: ResourceType, source: Properties, found: Properties): Properties {
  const outputs: Properties = {};
  for (const [name, value] of Object.entries(source)) {
    if (!name.startsWith("__")) outputs[name] = withoutInternals(value);
  }
  const anySecret = Object.values(source).some(containsSecret);
  for (const [name, value] of Object.entries(found)) {
    if (name.startsWith("__")) continue;
    const before = outputs[name];
    const always =
      type.secretOutputs?.includes(name) === true || (anySecret && type.taintedOutputs?.includes(name) === true);
    if (before !== undefined && containsSecret(before) && !containsSecret(value)) {
      const property = type.fields[name];
      const unchanged = property !== undefined && same(property, value, reveal(before) ?? null);
      outputs[name] = unchanged ? before : secret(value);
    } else {
      outputs[name] = always ? secret(value) : withoutInternals(value);
    }
  }
  return { ...outputs, ...meta(type) };
}

/** What a preview knows of a resource: the inputs, what stays of its state, and unknowns for the rest. */
export function previewOutputs(type: ResourceType, inputs: Properties, state: Properties): Properties {
  const outputs: Properties = {};
  for (const [name, property] of Object.entries(type.fields)) {
    const given = inputs[name];
    if (given !== undefined) outputs[name] = withoutInternals(given);
    else if (property.output === true || property.computed === true) outputs[name] = state[name] ?? unknownValue;
  }
  for (const name of type.secretOutputs ?? []) {
    const value = outputs[name];
    if (value !== undefined) outputs[name] = secret(value);
  }
  return outputs;
}

/**
 * The inputs that would give the state that was read: as before, with what drifted put in.
 * A resource that is imported has no inputs yet; it gets the state's values.
 */
export function refreshedInputs(
  type: ResourceType,
  inputs: Properties,
  outputs: Properties,
  isSame: (name: string) => boolean,
): Properties {
  const imported = Object.keys(inputs).length === 0;
  const result: Properties = { ...inputs };
  for (const [name, property] of Object.entries(type.fields)) {
    const value: PropertyValue | undefined = outputs[name];
    if (property.output === true || value === undefined) continue;
    const present = inputs[name] !== undefined;
    if ((imported && !isEmpty(value)) || (present && !isSame(name))) result[name] = value;
  }
  return imported ? { ...result, __defaults: [] } : result;
}

function isEmpty(value: PropertyValue): boolean {
  return (
    value === null ||
    value === "" ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}
