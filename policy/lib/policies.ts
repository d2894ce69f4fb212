import { type ResourceValidationPolicy, type StackValidationPolicy, validateResourceOfType } from "@pulumi/policy";
import { type Exception, exceptionFor } from "./exceptions";
import { message, type ResourceRule, type Rule, type RuleInfo, type StackRule } from "./rule";
import { propertiesOf, requiredName } from "./settings";

type Policy = ResourceValidationPolicy | StackValidationPolicy;
type Level = "mandatory" | "advisory";
type Settings = { readonly exceptions: readonly Exception[] };
type Validation = Extract<ResourceValidationPolicy["validateResource"], (...args: never[]) => unknown>;

/** A rule as the policies that Pulumi's engine runs: one, or two where it is stricter for some resources. */
export function policiesOf(rule: Rule): Policy[] {
  if (rule.kind === "stack") {
    return [stackPolicy(rule)];
  }
  return rule.mandatoryFor
    ? [resourcePolicy(rule, rule.name, rule.level, false), resourcePolicy(rule, requiredName(rule), "mandatory", true)]
    : [resourcePolicy(rule, rule.name, rule.level)];
}

/** What both kinds of policy have. */
function common(
  rule: RuleInfo,
  name: string,
  enforcementLevel: Level,
): Omit<ResourceValidationPolicy, "validateResource"> {
  const sections = rule.references.filter((one) => one.startsWith("CIS"));
  return {
    name,
    description: rule.title,
    enforcementLevel,
    severity: rule.severity,
    url: rule.url,
    remediationSteps: rule.fix,
    configSchema: { properties: propertiesOf(rule) },
    ...(sections.length > 0 && {
      framework: {
        name: "CIS Docker Benchmark",
        version: "1.6",
        reference: sections.join(", "),
        specification: rule.url,
      },
    }),
  };
}

/** The configuration, over the defaults of its schema. */
function settingsOf(rule: RuleInfo, config: object): Settings {
  const defaults = Object.entries(propertiesOf(rule)).map(([key, schema]) => [key, schema.default] as const);
  return { ...(Object.fromEntries(defaults) as Settings), ...config };
}

/** @param strict which of two policies this is: the one for resources that the rule is stricter for, or the other. */
function resourcePolicy(anyRule: Rule, name: string, level: Level, strict?: boolean): ResourceValidationPolicy {
  const rule = anyRule as unknown as ResourceRule<object, Settings>;
  const validate: Validation = (args, report) => {
    const settings = settingsOf(rule, args.getConfig());
    if (strict !== undefined && rule.mandatoryFor!.applies(args.props, settings, args.urn) !== strict) {
      args.notApplicable(`${name} is not for this resource`);
    }
    const exception = exceptionFor(settings.exceptions, args);
    if (exception) {
      args.notApplicable(`excepted: ${exception.reason}`);
    }
    for (const fault of rule.check(args.props, settings)) {
      report(message(rule, fault));
    }
  };
  // Told the type, the framework doesn't even unpack the properties of other resources.
  const ofType = (type: string): Validation =>
    validateResourceOfType({ __pulumiType: type } as never, (_, args, report) => validate(args, report));
  const validations = rule.types.map(ofType);
  return {
    ...common(rule, name, level),
    validateResource: validations.length === 1 ? validations[0]! : validations,
  };
}

function stackPolicy(anyRule: Rule): StackValidationPolicy {
  const rule = anyRule as unknown as StackRule<Settings>;
  return {
    ...common(rule, rule.name, rule.level),
    validateStack: (args, report) => {
      const settings = settingsOf(rule, args.getConfig());
      for (const { resource, fault } of rule.check(args.resources, settings)) {
        if (!exceptionFor(settings.exceptions, resource)) {
          report(message(rule, fault), resource.urn);
        }
      }
    },
  };
}
