/** Builds a resource's recorded outputs: nothing that was secret in the inputs ever becomes plain. */
import { same } from "./diff";
import { Dialect } from "./dialect";
import { ResourceType, State } from "./resource";
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

/** Name under which Terraform's SDK keeps a resource's timeouts there. */
const timeoutsKey = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0";

function meta({ schemaVersion, timeouts }: ResourceType): Properties {
  const facts = {
    ...(timeouts && { [timeoutsKey]: timeouts }),
    ...(schemaVersion && { schema_version: schemaVersion }),
  };
  return Object.keys(facts).length === 0 ? {} : { [metaKey]: JSON.stringify(facts) };
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
  return outputs;
}

/** A whole state: {@link carry} in the shape that the official plugin gives it. */
export function record(
  { dialect, type }: { dialect: Dialect; type: ResourceType },
  { id, outputs }: State,
  source: Properties,
  fresh: boolean,
): State {
  const values = dialect.shape(type.fields, carry(type, source, outputs), fresh);
  return { id, outputs: { ...values, ...(dialect.recordsId && { id }), ...meta(type) } };
}

/** What a preview knows of a resource: the inputs, what stays of its state, and unknowns for the rest. */
export function previewOutputs(
  { dialect, type }: { dialect: Dialect; type: ResourceType },
  inputs: Properties,
  state: Properties,
): Properties {
  const outputs: Properties = {};
  for (const [name, property] of Object.entries(type.fields)) {
    const given = inputs[name];
    if (given !== undefined) outputs[name] = withoutInternals(given);
    else if (property.output === true || property.computed === true) outputs[name] = state[name] ?? unknownValue;
  }
  const shaped = dialect.shape(type.fields, outputs, true);
  return dialect.recordsId ? { ...shaped, id: state["id"] ?? unknownValue } : shaped;
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
  return imported && result["__defaults"] === undefined && Object.keys(result).length > 0
    ? { ...result, __defaults: [] }
    : result;
}

function isEmpty(value: PropertyValue): boolean {
  return (
    value === null ||
    value === "" ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}
