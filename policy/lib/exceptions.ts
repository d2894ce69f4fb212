import { labelsOf } from "./containers";

/** A resource that a rule leaves alone, with the reason in writing. Exactly one of `label` and `resource` is given. */
export interface Exception {
  /** A label of the resource, as `key=value`. */
  readonly label?: string;
  /** The resource's Pulumi name; for types that have no labels, such as providers. `*` stands for any characters. */
  readonly resource?: string;
  /** Why this resource may; ten characters or more. */
  readonly reason: string;
}

/** Characters of a reason, at least: enough to say something. */
export const shortestReason = 10;

/** JSON Schema of a rule's exceptions. */
export const exceptionsSchema = {
  type: "array",
  description: "Resources that the rule leaves alone, each with the reason.",
  default: [],
  items: {
    type: "object",
    properties: {
      label: { type: "string", description: "A label of the resource, key=value." },
      resource: { type: "string", description: "The resource's Pulumi name; * stands for any characters." },
      reason: { type: "string", description: "Why.", minLength: shortestReason },
    },
    required: ["reason"],
    additionalProperties: false,
  },
} as const;

/** The exception that a resource falls under, if any. */
export function exceptionFor(
  exceptions: readonly Exception[],
  resource: { readonly name: string; readonly props: Readonly<Record<string, unknown>> },
): Exception | undefined {
  return exceptions.find(({ label, resource: pattern }) => {
    if (label !== undefined) {
      const [key = "", ...value] = label.split("=");
      return labelsOf(resource.props)(key) === value.join("=");
    }
    return pattern !== undefined && matches(pattern, resource.name);
  });
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
