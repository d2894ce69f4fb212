/** The captured answers of the official plugins, see `../official/README.md`. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { isObject, type Properties, type PropertyValue } from "../../../../offline/plugins/framework/values";

/** The plugins that there are answers of. */
export const plugins = ["docker", "random", "command"] as const;
export type PluginName = (typeof plugins)[number];

/** A value that is written as a difference from another one; `from` names a case, `inputs` or `state`. */
export interface Reference {
  from: string;
  set?: Properties;
  unset?: string[];
}

/** A captured error. */
export interface CapturedError {
  code: string;
  message: string;
  /** The resource stays in the state although the call failed. */
  partial?: { id: string; outputs: Properties; reasons: string[] };
}

/** One captured call. */
export interface Case {
  id: string;
  provider: PluginName;
  /** Resource type token. */
  type: string;
  call: string;
  inputs?: Properties;
  state?: Properties;
  ignoreChanges?: string[];
  result: Properties & { error?: CapturedError };
}

function load(plugin: PluginName): Case[] {
  return JSON.parse(readFileSync(path.join(__dirname, "../official", `${plugin}.json`), "utf8")) as Case[];
}

/** Every case of a plugin, in the order in which they were played. */
export const casesOf: Record<PluginName, Case[]> = {
  docker: load("docker"),
  random: load("random"),
  command: load("command"),
};

const byId = new Map(plugins.flatMap((plugin) => casesOf[plugin].map((item) => [`${plugin} ${item.id}`, item])));

/** The case of that id; an error names one that doesn't exist. */
export function caseOf(plugin: PluginName, id: string): Case {
  const found = byId.get(`${plugin} ${id}`);
  if (found === undefined) throw new Error(`there is no case ${id} of ${plugin}`);
  return found;
}

/** The reference, if the value is one. */
export function referenceOf(value: PropertyValue | undefined): Reference | undefined {
  return isObject(value) && typeof value["from"] === "string" ? (value as unknown as Reference) : undefined;
}

/** A value with a reference's changes made to it. */
export function changed(base: Properties, { set = {}, unset = [] }: Reference): Properties {
  return Object.fromEntries(Object.entries({ ...base, ...set }).filter(([name]) => !unset.includes(name)));
}

/** What the official plugin recorded as the outputs of a case, a failed one's included. */
export function recordedOutputs(plugin: PluginName, id: string): Properties {
  const item = caseOf(plugin, id.replace(/ result$/, ""));
  const outputs = item.result.error?.partial?.outputs ?? (item.result["outputs"] as Properties | undefined);
  // Some cases say only what changed.
  if (outputs === undefined) return changed(recordedOutputs(plugin, originOf(item, { from: "state" })), facts(item));
  const reference = referenceOf(outputs);
  if (reference === undefined) return outputs;
  return changed(recordedOutputs(plugin, originOf(item, reference)), reference);
}

function facts(item: Case): Reference {
  const entries = Object.entries(item.result).filter(([name]) => name !== "engine" && name !== "error");
  return { from: "state", set: Object.fromEntries(entries) as Properties };
}

/** The case that a reference inside a result names. */
function originOf(item: Case, { from }: Reference): string {
  if (from !== "state" && from !== "inputs") return from;
  const origin = referenceOf(item[from])?.from;
  if (origin === undefined) throw new Error(`${item.id}: its ${from} name no case`);
  return origin;
}
