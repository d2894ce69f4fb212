/** The shape of a recorded state: which properties are in it and with what in the place of values that nobody gave. */
import { defaultsOf, Fields, isZero, Property } from "./schema";
import { canonical, isObject, isUnknown, Properties, PropertyValue } from "./values";

/** Gives a state its shape; `fresh` is one that was just made or changed, in contrast to one that was read. */
export type Shape = (fields: Fields, values: Properties, fresh: boolean) => Properties;

/**
 * The shape of a bridged plugin's state: every property that there is, sets sorted, and parts of blocks filled in.
 * What neither the program nor the engine gave is null; an empty list or map that the program didn't ask for is so, too,
 * until it is read.
 */
export const bridgedShape: Shape = (fields, values, fresh) =>
  Object.fromEntries(
    present(fields, values).map(([name, property]) => [
      name,
      shaped(property, values[name] ?? property.default ?? property.stateDefault ?? null, fresh),
    ]),
  );

function shaped(property: Property, value: PropertyValue, fresh: boolean): PropertyValue {
  if (value === null) return becomesEmpty(property) ? [] : null;
  if (isUnknown(value)) return value;
  const { element, kind, fields } = property;
  if (kind === "object" && fields !== undefined && isObject(value)) return block(fields, value, fresh);
  if ((kind === "list" || kind === "set") && Array.isArray(value)) {
    if (fresh && isZero(value) && !isBlocks(property) && property.computed !== true) return null;
    const items = value.map((item) =>
      element?.kind === "object" && isObject(item) ? block(element.fields ?? {}, item, fresh) : item,
    );
    return kind === "set" ? items.sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1)) : items;
  }
  return kind === "map" && fresh && isZero(value) && property.computed !== true ? null : value;
}

/** Blocks, and sets that the engine may fill in, are never null. */
const becomesEmpty = (property: Property): boolean =>
  property.output !== true && (isBlocks(property) || (property.kind === "set" && property.computed === true));

const isBlocks = ({ kind, element }: Property): boolean =>
  (kind === "list" || kind === "set") && element?.kind === "object";

/** A block with all its parts. A block that the schema says nothing of stays as it is. */
function block(fields: Fields, value: Properties, fresh: boolean): Properties {
  if (Object.keys(fields).length === 0) return value;
  const full: Properties = { ...defaultsOf(fields), ...value };
  return Object.fromEntries(
    present(fields, value).map(([name, property]) => {
      const part = full[name] ?? property.stateDefault ?? null;
      return [
        name,
        part === null
          ? emptyPart(property, fresh)
          : shaped({ ...property, computed: property.kind !== "map" }, part, fresh),
      ];
    }),
  );
}

const present = (fields: Fields, values: Properties): [string, Property][] =>
  Object.entries(fields).filter(([name, { newer }]) => newer !== true || (values[name] ?? null) !== null);

function emptyPart({ kind }: Property, fresh: boolean): PropertyValue {
  switch (kind) {
    case "string":
      return "";
    case "list":
    case "set":
      return [];
    case "map":
      return fresh ? null : {};
    case "bool":
      return fresh ? null : false;
    case "int":
    case "number":
      return fresh ? null : 0;
    default:
      return null;
  }
}

/** The shape of a state on Terraform's newer framework: what was given, defaults, and what was made. */
export const frameworkShape: Shape = (fields, values) => ({ ...defaultsOf(fields), ...values });

/** The shape of a state of Pulumi's own Go providers: what was given and what was made. */
export const inferredShape: Shape = (_fields, values) => values;
