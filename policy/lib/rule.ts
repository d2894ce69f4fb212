import type { PolicyConfigSchema, PolicyResource, Severity } from "@pulumi/policy";

/** What a rule is, apart from its check: printed by `make policies` and in `docs/policies.md`. */
export interface RuleInfo {
  /** Number in `docs/policies.md`; never given to another rule. */
  readonly number: number;
  /** Name in configuration and messages; kebab-case. */
  readonly name: string;
  /** What is demanded, in a few words. */
  readonly title: string;
  /** Level unless the configuration sets another. */
  readonly level: "mandatory" | "advisory";
  readonly severity: Severity;
  /** Sections of the CIS Docker Benchmark 1.6 and rules of the OWASP Docker Security Cheat Sheet. */
  readonly references: readonly string[];
  /** Where to read on. */
  readonly url: string;
  /** Resource types that it looks at. */
  readonly types: readonly string[];
  /** Properties that it looks at. */
  readonly properties: readonly string[];
  /** Why it matters: a sentence of each message. */
  readonly why: string;
  /** What to set instead: the last sentence of each message. */
  readonly fix: string;
  /** Settings beside level and exceptions, each with a default. */
  readonly settings?: PolicyConfigSchema["properties"];
}

/** Where a rule that is advisory by default is mandatory: a second policy, called `<name>-required`. */
export interface Strictness<Resource, Settings> {
  readonly where: string;
  readonly applies: (resource: Resource, settings: Settings, urn: string) => boolean;
}

/** A rule about one resource at a time, seen with its inputs. */
export interface ResourceRule<Resource = never, Settings = never> extends RuleInfo {
  readonly kind: "resource";
  /** What is wrong, a clause each, without the value of anything that may be secret; empty when all is well. */
  check(resource: Resource, settings: Settings): readonly string[];
  readonly mandatoryFor?: Strictness<Resource, Settings>;
}

/** What is wrong with one of a stack's resources. */
export interface StackFault {
  readonly resource: PolicyResource;
  readonly fault: string;
}

/** A rule about the resources of a stack together, seen with their outputs. */
export interface StackRule<Settings = never> extends RuleInfo {
  readonly kind: "stack";
  check(resources: readonly PolicyResource[], settings: Settings): readonly StackFault[];
}

export type Rule = ResourceRule | StackRule;

/** The message of a fault: what is wrong, why it matters, what to set. */
export function message(rule: RuleInfo, fault: string): string {
  return `${fault[0]!.toUpperCase()}${fault.slice(1)}. ${rule.why} ${rule.fix}`;
}

/** Types that rules look at, as the providers call them. */
export const types = {
  container: "docker:index/container:Container",
  network: "docker:index/network:Network",
  volume: "docker:index/volume:Volume",
  image: "docker:index/remoteImage:RemoteImage",
  provider: "pulumi:providers:docker",
  localCommand: "command:local:Command",
  remoteCommand: "command:remote:Command",
} as const;

/** The page of the OWASP Docker Security Cheat Sheet. */
export const owasp = "https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html";

/** Where the CIS Docker Benchmark can be had. */
export const cis = "https://www.cisecurity.org/benchmark/docker";

/** The pages of the Docker provider, for rules that come from how it behaves. */
export const providerDocs = "https://www.pulumi.com/registry/packages/docker/api-docs/";

/** A setting that is a list of names. */
export function names(values: readonly string[], description: string): PolicyConfigSchema["properties"][string] {
  return { type: "array", items: { type: "string" }, default: [...values], description };
}
