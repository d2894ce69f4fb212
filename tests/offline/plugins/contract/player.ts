/** Plays captured cases against a running stand-in: resolves what a case refers to, and makes its call. */
import {
  isObject,
  type Properties,
  type PropertyValue,
  secret,
  text,
  unknownValue,
} from "../../../../offline/plugins/framework/values";
import { type Case, caseOf, changed, type PluginName, recordedOutputs, referenceOf } from "./cases";
import { type Answer, type PluginClient } from "./pluginClient";

/** Puts values in the place of the captures' placeholders. */
export type Fill = (placeholder: string) => PropertyValue;

/** The wire form of a captured value. */
export function wire(value: PropertyValue, fill: Fill): PropertyValue {
  if (typeof value === "string") {
    if (value === "<unknown>") return unknownValue;
    if (/^<[^<>]+>$/.test(value)) return fill(value);
    return value.replace(/<[a-z][^<>]*>/g, (placeholder) => text(fill(placeholder)));
  }
  if (Array.isArray(value)) return value.map((item) => wire(item, fill));
  if (!isObject(value)) return value;
  if ("<secret>" in value) return secret(wire(value["<secret>"] ?? null, fill));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, wire(item, fill)]));
}

/** Inputs after Check, and what they came from. */
interface Checked {
  program: Properties;
  inputs: Properties;
  /** Why Check refused them. */
  failed?: Answer;
}

/** The logical name of the resource that a case is about: the first part of its id, as in the captures' URNs. */
export function logicalName(plugin: PluginName, item: Case): string {
  const root = rootOf(plugin, item);
  return root === undefined || /\.check\./.test(root) ? "x" : root.replace(/\.check$/, "").replaceAll(".", "-");
}

function rootOf(plugin: PluginName, item: Case): string | undefined {
  if (item.call === "Check") return item.id;
  const origin = referenceOf(item.inputs)?.from ?? referenceOf(item.state)?.from;
  return origin === undefined ? undefined : rootOf(plugin, caseOf(plugin, origin.replace(/ (inputs|result)$/, "")));
}

/** Plays the cases of one plugin. */
export class Player {
  private readonly checks = new Map<string, Checked>();

  constructor(
    readonly plugin: PluginName,
    private readonly client: PluginClient,
    private readonly fill: Fill,
  ) {}

  /** Plays a `Check` case. */
  async check(item: Case): Promise<Answer> {
    const inputs = wire(item.inputs ?? {}, this.fill) as Properties;
    return this.client.check({ type: item.type, name: logicalName(this.plugin, item), inputs });
  }

  /** As {@link check}, with the captured made-up name, so that what follows fits the captured states. */
  private async checkAgain(item: Case): Promise<Answer> {
    const inputs = wire(item.inputs ?? {}, this.fill) as Properties;
    const { name } = (referenceOf(item.result["inputs"])?.set ?? {}) as { name?: string };
    const oldInputs: Properties | undefined = name === undefined ? undefined : { name, __defaults: ["name"] };
    return this.client.check({ type: item.type, name: logicalName(this.plugin, item), inputs, oldInputs });
  }

  /** The inputs that a case uses, checked as the engine would: changed ones with the earlier ones as old. */
  async inputsOf(item: Case): Promise<Checked & { old?: Properties }> {
    const reference = referenceOf(item.inputs);
    if (reference === undefined) {
      const inputs = wire(item.inputs ?? {}, this.fill) as Properties;
      return { program: inputs, inputs };
    }
    const base = await this.checkedBase(reference.from);
    if (reference.set === undefined && reference.unset === undefined) return { ...base, old: base.inputs };
    const program = changed(base.program, {
      ...reference,
      set: wire(reference.set ?? {}, this.fill) as Properties,
    });
    const name = logicalName(this.plugin, item);
    const answer = await this.client.check({ type: item.type, name, inputs: program, oldInputs: base.inputs });
    return { ...this.checkedFrom(program, answer), old: base.inputs };
  }

  private checkedFrom(program: Properties, answer: Answer): Checked {
    const refused = answer.error !== undefined || (answer["failures"] as PropertyValue[]).length > 0;
    return {
      program,
      inputs: (answer["inputs"] as Properties | undefined) ?? {},
      ...(refused && { failed: answer }),
    };
  }

  private async checkedBase(id: string): Promise<Checked> {
    const known = this.checks.get(id);
    if (known !== undefined) return known;
    const origin = caseOf(this.plugin, id.replace(/ inputs$/, ""));
    let result: Checked;
    if (origin.call === "Check") {
      const program = wire(origin.inputs ?? {}, this.fill) as Properties;
      result = this.checkedFrom(program, await this.checkAgain(origin));
    } else {
      result = await this.inputsOf(origin);
    }
    this.checks.set(id, result);
    return result;
  }

  /** Plays a `Diff` case over the state that the official plugin recorded. */
  async diff(item: Case): Promise<Answer> {
    const { inputs, old } = await this.inputsOf(item);
    const from = referenceOf(item.state)?.from;
    const state = from === undefined ? (item.state ?? {}) : recordedOutputs(this.plugin, from);
    return this.diffOver(item, wire(state, this.fill) as Properties, inputs, old);
  }

  private async diffOver(item: Case, state: Properties, inputs: Properties, oldInputs?: Properties): Promise<Answer> {
    return this.client.diff({
      type: item.type,
      name: logicalName(this.plugin, item),
      id: text(state["id"]) || "x",
      state,
      inputs,
      oldInputs,
      ignoreChanges: item.ignoreChanges,
    });
  }
}
