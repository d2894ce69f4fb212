/** Plays the cases that need an engine, in their order, each over what the earlier ones came to. */
import { isObject, type Properties, type PropertyValue } from "../../../../offline/plugins/framework/values";
import { isZero } from "../../../../offline/plugins/framework/schema";
import { valueDifferences } from "./agreement";
import { type Case, changed, type PluginName, recordedOutputs, referenceOf } from "./cases";
import { logicalName, Player, wire } from "./player";
import { type Answer, type PluginClient } from "./pluginClient";

/** Placeholders stand for anything in what is expected. */
const asIs = (placeholder: string): string => placeholder;

/** Inputs without their bookkeeping and without parts that say nothing. */
function bare(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(bare);
  if (!isObject(value)) return value;
  const entries = Object.entries(value)
    .filter(([name]) => name !== "__defaults")
    .map(([name, item]): [string, PropertyValue] => [name, bare(item)]);
  return Object.fromEntries(entries.filter(([, item]) => !isZero(item)));
}

/** What an id is differs each time, but not whether there is one: previews of some resources tell none. */
function idDifferences({ result }: Case, answer: Answer): string[] {
  const { id: expected } = result;
  return expected === undefined || (expected === "") === (answer["id"] === "")
    ? []
    : [`id: ${JSON.stringify(expected)} there, ${JSON.stringify(answer["id"])} here`];
}

/** A resource as a case left it. */
interface Live {
  id: string;
  outputs: Properties;
}

/** Plays calls that make, read, change and delete. */
export class LivePlayer {
  private readonly states = new Map<string, Live>();
  private readonly player: Player;

  constructor(
    readonly plugin: PluginName,
    private readonly client: PluginClient,
    /** What the engine calls the placeholders of images, sockets and the like. */
    private readonly known: Record<string, string> = {},
  ) {
    this.player = new Player(plugin, client, (placeholder) => this.fill(placeholder));
  }

  /** The id of what a resource's `create` case made. */
  idOf(root: string): string | undefined {
    return this.states.get(`${root}.create`)?.id;
  }

  private fill(placeholder: string): string {
    const root = /^<id:(.+)>$/.exec(placeholder)?.[1];
    return (root === undefined ? this.known[placeholder] : this.idOf(root)) ?? placeholder;
  }

  /** Plays a case and lists how the answer differs. */
  async play(item: Case): Promise<string[]> {
    const answer = await this.answer(item);
    this.remember(item, answer);
    const { error } = item.result;
    if (error !== undefined || answer.error !== undefined) return errorDifferences(item, answer);
    if (item.call === "Delete") return [];
    if (item.result["outputs"] === undefined) return answer["outputs"] === undefined ? [] : this.summary(item, answer);
    const expected = wire(recordedOutputs(this.plugin, item.id), asIs);
    const outputs = valueDifferences("outputs", expected, answer["outputs"] ?? {});
    const rest = item.call === "Read" ? await this.inputDifferences(item, answer) : idDifferences(item, answer);
    return [...outputs, ...rest];
  }

  private async answer(item: Case): Promise<Answer> {
    const { inputs, old } = await this.player.inputsOf(item);
    const before = this.stateOf(item);
    const call = {
      type: item.type,
      name: logicalName(this.plugin, item),
      id: before?.id,
      state: before?.outputs,
      inputs,
    };
    switch (item.call) {
      case "Create":
        return this.client.create(call);
      case "Create (preview)":
        return this.client.create({ ...call, preview: true });
      case "Read":
        return this.client.read(call);
      case "Update":
        return this.client.update({ ...call, oldInputs: old });
      case "Delete":
        return this.client.delete({ ...call, oldInputs: inputs });
      default:
        throw new Error(`${item.id}: nobody plays ${item.call}`);
    }
  }

  private stateOf(item: Case): Live | undefined {
    const from = referenceOf(item.state)?.from;
    if (from === undefined) return item.state === undefined ? undefined : { id: "x", outputs: item.state };
    const known = this.states.get(from.replace(/ result$/, ""));
    if (known === undefined) throw new Error(`${item.id}: ${from} came to nothing`);
    return known;
  }

  private remember(item: Case, answer: Answer): void {
    const partial = answer.error?.partial;
    const outputs = partial?.outputs ?? answer["outputs"];
    const id = partial?.id ?? answer["id"] ?? this.stateOf(item)?.id;
    if (isObject(outputs) && typeof id === "string") this.states.set(item.id, { id, outputs });
  }

  /** Of some results only the part that matters was captured. */
  private summary(item: Case, answer: Answer): string[] {
    const outputs = answer["outputs"] as Properties;
    return Object.entries(item.result).flatMap(([name, value]) =>
      name === "engine" || name === "id" ? [] : valueDifferences(name, value as PropertyValue, outputs[name] ?? null),
    );
  }

  private async inputDifferences(item: Case, answer: Answer): Promise<string[]> {
    const reference = referenceOf(item.result["inputs"]);
    if (reference === undefined) return [];
    const base = (await this.player.inputsOf({ ...item, inputs: { from: reference.from } })).inputs;
    const expected = changed(base, reference);
    return valueDifferences("inputs", bare(wire(expected, asIs)), bare(answer["inputs"] ?? {}));
  }
}

/** Differences of a failure: whether it is one, whether the resource stays in the state and as what, and the message. */
function errorDifferences(item: Case, answer: Answer): string[] {
  const [official, standIn] = [item.result.error, answer.error];
  if (official === undefined || standIn === undefined) {
    return [`error: official ${official?.message ?? "none"}, stand-in ${standIn?.message ?? "none"}`];
  }
  // The tests shorten the time that a deletion waits.
  const message = valueDifferences(
    "message",
    official.message,
    standIn.message.replace(/timeout: \d+s/, "timeout: 30s"),
  );
  if (official.partial === undefined || standIn.partial === undefined) {
    const kept = [official.partial !== undefined, standIn.partial !== undefined];
    return kept[0] === kept[1] ? message : [...message, `kept in the state: official ${kept[0]}, stand-in ${kept[1]}`];
  }
  return [...message, ...valueDifferences("partial", wire(official.partial.outputs, asIs), standIn.partial.outputs)];
}
