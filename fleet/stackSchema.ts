import { namespace } from "./paths";
import { fleetSchemaTree, type SchemaNode } from "./schemaInfo";

/**
 * JSON Schema (draft 7) of a whole stack file, `Pulumi.<stack>.yaml`: what an editor checks while one types. Other
 * namespaces are left alone; an unknown key of the fleet's is an error.
 */
export function stackFileSchema(): Record<string, unknown> {
  const keys = Object.keys(fleetSchemaTree.properties ?? {});
  const own = Object.entries(fleetSchemaTree.properties ?? {}).map(([key, node]) => [
    `${namespace}:${key}`,
    published(node),
  ]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of an odoo-fleet environment",
    type: "object",
    properties: {
      config: {
        description: "Configuration of the environment.",
        type: "object",
        properties: Object.fromEntries(own) as Record<string, unknown>,
        patternProperties: { [`^${namespace}:(?!(${keys.join("|")})$)`]: false },
        required: [`${namespace}:hosts`],
      },
    },
    required: ["config"],
  };
}

/** A node with the fleet's own remarks as standard ones: strict validators refuse what they don't know. */
function published(node: SchemaNode): unknown {
  return JSON.parse(JSON.stringify(node), (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return value;
    }
    const inner = value as SchemaNode;
    const standard = Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-")));
    if (inner["x-secret"] === true && inner.type === "string") {
      // How Pulumi writes a secret into the file.
      const encrypted = { type: "object", properties: { secure: { type: "string" } }, required: ["secure"] };
      const { description, ...shape } = standard as Record<string, unknown>;
      return { description, anyOf: [shape, encrypted] };
    }
    return {
      ...standard,
      ...(inner["x-default"] === undefined ? {} : { default: inner["x-default"] }),
      ...(inner["x-example"] === undefined ? {} : { examples: [inner["x-example"]] }),
    };
  }) as unknown;
}
