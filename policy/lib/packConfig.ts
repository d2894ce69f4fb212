import { rules } from "../rules";
import { shortestReason } from "./exceptions";
import type { Rule } from "./rule";
import { policyNames, propertiesOf } from "./settings";

/** A mistake in a pack's configuration. */
export interface PackConfigProblem {
  /** Place in the file, such as `bind-address.exceptions[0].reason`. */
  readonly path: string;
  readonly value: unknown;
  readonly expected: string;
  readonly wayOut: string;
}

const levels = ["advisory", "mandatory", "disabled"];

/**
 * Every mistake in the content of a `--policy-pack-config` file. Pulumi itself passes over rules that it doesn't know.
 *
 * @param config the parsed file: rule name -> level, or `{ enforcementLevel, exceptions, ...settings }`.
 */
export function checkPackConfig(config: unknown): readonly PackConfigProblem[] {
  if (!isObject(config)) {
    return [problem("", config, "an object of rules by name", 'write {"bind-address": "advisory"}, for example')];
  }
  const known = new Map(rules.flatMap((rule) => policyNames(rule).map((name) => [name, rule] as const)));
  return Object.entries(config).flatMap(([name, value]) => {
    const rule = known.get(name);
    if (name === "all") {
      return checkLevel(name, value);
    }
    if (!rule) {
      const names = [...known.keys()].join(", ");
      return [
        problem(name, value, `the name of a rule: ${names}`, "correct the name; `make policies` prints every rule"),
      ];
    }
    return isObject(value) ? checkRule(name, value, rule) : checkLevel(name, value);
  });
}

function checkRule(name: string, value: Record<string, unknown>, rule: Rule): PackConfigProblem[] {
  const { enforcementLevel, exceptions, ...settings } = value;
  const allowed = Object.keys(propertiesOf(rule));
  return [
    ...(enforcementLevel === undefined ? [] : checkLevel(`${name}.enforcementLevel`, enforcementLevel)),
    ...(exceptions === undefined ? [] : checkExceptions(`${name}.exceptions`, exceptions)),
    ...Object.entries(settings)
      .filter(([key]) => !allowed.includes(key))
      .map(([key, one]) =>
        problem(`${name}.${key}`, one, `enforcementLevel or ${allowed.join(" or ")}`, "correct or remove the key"),
      ),
  ];
}

function checkLevel(path: string, value: unknown): PackConfigProblem[] {
  return typeof value === "string" && levels.includes(value)
    ? []
    : [problem(path, value, levels.join(", "), "write one of them")];
}

function checkExceptions(path: string, value: unknown): PackConfigProblem[] {
  if (!Array.isArray(value)) {
    return [problem(path, value, "a list of exceptions", "write a list, each with label or resource, and reason")];
  }
  return value.flatMap((one: unknown, index) => checkException(`${path}[${index}]`, one));
}

function checkException(path: string, value: unknown): PackConfigProblem[] {
  if (!isObject(value)) {
    return [problem(path, value, "an object", "write it with label or resource, and reason")];
  }
  const { label, resource, reason, ...others } = value;
  const selectors = [label, resource].filter((one) => one !== undefined);
  return [
    ...(selectors.length === 1 &&
    typeof selectors[0] === "string" &&
    (label === undefined || /^[^=]+=/.test(selectors[0]))
      ? []
      : [problem(path, value, "exactly one of label (key=value) and resource (a name)", "name what is excepted")]),
    ...(typeof reason === "string" && reason.trim().length >= shortestReason
      ? []
      : [
          problem(
            `${path}.reason`,
            reason,
            `the reason, in ${shortestReason} characters or more`,
            "write why it may, or remove the exception",
          ),
        ]),
    ...Object.entries(others).map(([key, one]) =>
      problem(`${path}.${key}`, one, "label, resource or reason", "correct or remove the key"),
    ),
  ];
}

function problem(path: string, value: unknown, expected: string, wayOut: string): PackConfigProblem {
  return { path, value, expected, wayOut };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
