import type { PolicyConfigSchema } from "@pulumi/policy";
import { exceptionsSchema } from "./exceptions";
import type { Rule, RuleInfo } from "./rule";

// Apart from what makes policies of rules: that loads Pulumi's SDK, which whoever only checks a configuration can do without.

/** Name of the second policy of a rule that is stricter for some resources. */
export const requiredName = ({ name }: RuleInfo): string => `${name}-required`;

/** Names of the policies that a rule becomes, by which a configuration speaks of them. */
export function policyNames(rule: Rule): string[] {
  return rule.kind === "resource" && rule.mandatoryFor ? [rule.name, requiredName(rule)] : [rule.name];
}

/** JSON Schema of what can be configured about a rule, beside its level. */
export function propertiesOf(rule: RuleInfo): PolicyConfigSchema["properties"] {
  return { ...rule.settings, exceptions: exceptionsSchema as unknown as PolicyConfigSchema["properties"][string] };
}
