import { z } from "zod";
import { fleetSchema } from "./schema";
import type { ConfigPath } from "./paths";

/** A node of the JSON Schema, as far as the fleet reads it. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly items?: SchemaNode;
  readonly "x-expected"?: string;
  readonly "x-example"?: string | number | boolean;
  readonly "x-unit"?: string;
  readonly "x-default"?: string | number | boolean;
  readonly "x-default-text"?: string;
  /** The value may be a secret; of an object: one of its keys may. */
  readonly "x-secret"?: boolean;
}

/** The configuration's keys as JSON Schema, with the fleet's own remarks (`x-...`; the library drops
 * the standard ones where a value is converted). What one writes, not what is read from it. */
export const fleetSchemaTree = z.toJSONSchema(fleetSchema, {
  target: "draft-7",
  io: "input",
  reused: "inline",
}) as SchemaNode;

/** What the schema says of a path; undefined for a key that doesn't exist. */
export function schemaAt(path: ConfigPath): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>((node, segment) => {
    if (node === undefined) {
      return undefined;
    }
    if (typeof segment === "number") {
      return node.items;
    }
    const known = node.properties?.[segment];
    const other = node.additionalProperties;
    const isNamed = node.propertyNames?.enum?.includes(segment) ?? true;
    return known ?? (typeof other === "object" && isNamed ? other : undefined);
  }, fleetSchemaTree);
}

/** Keys that may stand at a path; empty where any name may. */
export function keysAt(path: ConfigPath): readonly string[] {
  const node = schemaAt(path);
  return node?.properties ? Object.keys(node.properties) : (node?.propertyNames?.enum ?? []);
}
