/** Whether a stand-in's answer means the same as the captured one. Each function lists the differences. */
import { isObject, type Properties, type PropertyValue } from "../../../../offline/plugins/framework/values";
import { type Answer } from "./pluginClient";

/** The first part of a property path. */
const top = (path: string): string => path.split(/[.[]/)[0] ?? path;

const sorted = (items: string[]): string => [...new Set(items)].sort().join(", ");

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
};

function unequal(what: string, official: unknown, standIn: unknown): string[] {
  return JSON.stringify(official) === JSON.stringify(standIn)
    ? []
    : [`${what}: official ${short(official)}, stand-in ${short(standIn)}`];
}

/** Differences of a `Diff`: whether anything changes, whether it replaces, and which top-level properties change. */
export function diffDifferences(official: Properties, standIn: Answer): string[] {
  if (standIn.error !== undefined) return [`error: ${standIn.error.message}`];
  const facts = (answer: Properties): { changes: string; replaces: boolean; properties: string; before: boolean } => {
    const kinds = (answer["detailedDiff"] ?? {}) as Record<string, string>;
    const replaces =
      (answer["replaces"] as string[]).length > 0 || Object.values(kinds).some((kind) => kind.endsWith("_REPLACE"));
    return {
      changes: answer["changes"] as string,
      replaces,
      properties: sorted([...(answer["diffs"] as string[]), ...Object.keys(kinds)].map(top)),
      before: answer["deleteBeforeReplace"] === true,
    };
  };
  const [left, right] = [facts(official), facts(standIn)];
  return [
    ...unequal("changes", left.changes, right.changes),
    ...unequal("replaces", left.replaces, right.replaces),
    ...unequal("properties", left.properties, right.properties),
    ...unequal("deleteBeforeReplace", left.before, right.before),
  ];
}

/** Where the plugins' messages name the property; they have several forms. */
const naming = [
  /Examine values at '[^.']+\.([^']+)'/,
  /Missing required property '([^']+)'/,
  /[Ff]ield '([^' ]+)[^']*'/,
  /property "([^"]+)"/,
  /^(\w+): /,
];

function propertyIn(reason: string): string {
  for (const form of naming) {
    const found = form.exec(reason)?.[1];
    if (found !== undefined) return found;
  }
  return reason;
}

/** Differences of a `Check`: whether it refuses, for which properties, and the inputs where it doesn't. */
export function checkDifferences(official: Properties, expectedInputs: Properties, standIn: Answer): string[] {
  const refused = (answer: Properties): string[] =>
    answer["error"] === undefined
      ? (answer["failures"] as { reason: string }[]).map(({ reason }) => reason)
      : [(answer["error"] as unknown as { message: string }).message];
  const [left, right] = [refused(official), refused(standIn)];
  if (left.length > 0 || right.length > 0) {
    const named = (reasons: string[]): string => sorted(reasons.map((reason) => top(propertyIn(reason))));
    return unequal("refusals", named(left), named(right));
  }
  return valueDifferences("inputs", expectedInputs, standIn["inputs"] ?? {});
}

/** A captured string as a pattern: placeholders and made-up names stand for anything. */
export function matches(official: PropertyValue, standIn: PropertyValue): boolean {
  if (official === standIn) return true;
  if (typeof official !== "string" || (typeof standIn !== "string" && typeof standIn !== "number")) return false;
  const pattern = official
    .split(/(<[a-z][^<>]*>|(?<=-)[0-9a-f]{7}$)/)
    .map((part, index) => (index % 2 === 1 ? "[^]*" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${pattern}$`).test(String(standIn));
}

/** Where two values differ; missing isn't null. */
export function valueDifferences(path: string, official: PropertyValue, standIn: PropertyValue): string[] {
  if (matches(official, standIn)) return [];
  if (Array.isArray(official) && Array.isArray(standIn) && official.length === standIn.length) {
    // Most lists are sets in truth: another order says nothing.
    const rest = [...standIn];
    const everyFound = official.every((item) => {
      const at = rest.findIndex((other) => valueDifferences("", item, other).length === 0);
      if (at >= 0) rest.splice(at, 1);
      return at >= 0;
    });
    if (everyFound) return [];
    return official.flatMap((item, index) => valueDifferences(`${path}[${index}]`, item, standIn[index] ?? null));
  }
  if (isObject(official) && isObject(standIn)) {
    const names = [...new Set([...Object.keys(official), ...Object.keys(standIn)])].sort();
    return names.flatMap((name) => {
      const [left, right] = [official[name], standIn[name]];
      if (left === undefined || right === undefined) return unequal(`${path}.${name}`, left, right);
      // How large the engine's own network is, is the machine's as much as its address.
      if (name === "ipPrefixLength" && official["ipAddress"] === "<engine address>" && Number(right) > 0) return [];
      return valueDifferences(`${path}.${name}`, left, right);
    });
  }
  return unequal(path, official, standIn);
}
