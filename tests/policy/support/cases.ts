import { types } from "../../../policy/lib/rule";
import type { Rule } from "../../../policy/lib/rule";

/** What stands for a value that a preview doesn't know yet (`unknownStringValue` of Pulumi's protocol). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Props = Record<string, unknown>;

/** A resource of a stack, as a stack rule sees it. */
export interface StackResource {
  readonly name: string;
  readonly type: string;
  readonly props: Props;
  readonly protect?: boolean;
  readonly parent?: string;
  /** Names of resources that a property comes from. */
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
  /** Inputs of the resource's provider. */
  readonly provider?: Props;
}

interface Common {
  readonly rule: Rule;
  /** What happens in a preview that doesn't know the value: the rule can't run and says so, or does without the value. */
  readonly unknownIs: "reported" | "not needed";
}

/** Examples of a rule about one resource. */
export interface ResourceCases extends Common {
  /** The type of the examples; by default the rule's first. */
  readonly type?: string;
  readonly passes: Readonly<Record<string, Props>>;
  /** With a part of the message. */
  readonly fails: Readonly<Record<string, readonly [Props, string]>>;
  readonly unknown: Props;
  /** Examples that the stricter policy of the rule refuses, with the stack's name where that decides. */
  readonly strict?: readonly [Props, string?];
}

/** Examples of a rule about a stack. */
export interface StackCases extends Common {
  readonly passes: Readonly<Record<string, readonly StackResource[]>>;
  /** With the name of the resource that the message is about, and a part of the message. */
  readonly fails: Readonly<Record<string, readonly [readonly StackResource[], string, string]>>;
  readonly unknown: readonly StackResource[];
}

/** Docker's label list. */
export function labels(values: Record<string, string>): { label: string; value: string }[] {
  return Object.entries(values).map(([label, value]) => ({ label: `odoo-fleet.${label}`, value }));
}

/** Labels of a tenant's service. */
export function tenantLabels(service: string, tenant = "acme"): { label: string; value: string }[] {
  return labels({ environment: "dev", host: "local", service, tenant, slot: "1" });
}

/** A container of a stack. */
export function container(name: string, service: string, props: Props, tenant = "acme"): StackResource {
  return { name, type: types.container, props: { name, image: "i", labels: tenantLabels(service, tenant), ...props } };
}
