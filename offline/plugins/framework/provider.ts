/** Turns a {@link Plugin} into the operations that the Pulumi engine asks of a provider. */
import { check, Checked } from "./check";
import { Change, diff, same } from "./diff";
import { carry, partialMarker, previewOutputs, refreshedInputs, wasPartial } from "./outputs";
import { DataSource, messageOf, Operation, PartialStateError, Plugin, ResourceType, State } from "./resource";
import { Properties, redact, revealAll, secretStrings } from "./values";

/** A resource's state and, after a read, the inputs that would give it. */
export interface Recorded extends State {
  inputs?: Properties;
}

/** The difference between a state and new inputs. */
export interface Difference {
  changes: Change[];
  deleteBeforeReplace: boolean;
}

/** A provider's operations, free of the wire protocol. */
export class Provider {
  private readonly aborter = new AbortController();

  constructor(
    readonly plugin: Plugin,
    private readonly show: (urn: string, message: string, passing: boolean) => void = () => undefined,
  ) {}

  /** Ends the waits of every running operation. */
  cancel(): void {
    this.aborter.abort(new Error("interrupted"));
  }

  /** Checks the provider's own configuration. */
  checkConfig(news: Properties): Checked {
    const { name } = this.plugin;
    const type = `pulumi:providers:${name}`;
    return check({
      plugin: name,
      type,
      fields: withoutVersion(this.plugin),
      name,
      olds: {},
      news,
      seed: new Uint8Array(),
    });
  }

  /** Makes the provider ready; errors name what can't be reached. */
  async configure(config: Properties): Promise<void> {
    const { failures, inputs } = this.checkConfig(config);
    if (failures.length > 0) throw new Error(failures.map((failure) => failure.reason).join("\n"));
    await this.plugin.configure(revealAll(inputs));
  }

  /** Checks a resource's inputs and fills in defaults. */
  check(urn: string, olds: Properties, news: Properties, seed: Uint8Array): Checked {
    const type = this.typeOf(urn);
    const { name } = this.plugin;
    const result = check({ plugin: name, type: type.token, fields: type.fields, name: nameOf(urn), olds, news, seed });
    if (result.failures.length === 0) result.failures.push(...(type.validate?.(revealAll(result.inputs)) ?? []));
    return result;
  }

  /** Compares a state with new inputs. A resource that failed while it was made is always replaced. */
  diff(urn: string, state: Properties, news: Properties, ignore: string[]): Difference {
    const type = this.typeOf(urn);
    const changes = diff(type.fields, state, news, ignore);
    if (wasPartial(state)) changes.push({ property: "id", kind: "update", replace: true });
    const named =
      type.fields["name"]?.autoName === true && !(news["__defaults"] as string[] | undefined)?.includes("name");
    return { changes, deleteBeforeReplace: type.deleteBeforeReplace === true || named };
  }

  /** Makes a resource; in a preview, says what would be known of it. */
  async create(urn: string, inputs: Properties, preview: boolean): Promise<State> {
    const type = this.typeOf(urn);
    if (preview) return { id: "", outputs: previewOutputs(type, inputs, {}) };
    return this.guarded(urn, [inputs], async (operation) => {
      try {
        const { id, outputs } = await type.create(revealAll(inputs), operation);
        return { id, outputs: carry(type, inputs, outputs) };
      } catch (error) {
        if (!(error instanceof PartialStateError)) throw error;
        const outputs = { ...carry(type, inputs, error.state.outputs), ...partialMarker(type) };
        throw new PartialStateError(error.message, { id: error.state.id, outputs });
      }
    });
  }

  /** Reads a resource as it is now; nothing if it's gone. */
  async read(urn: string, id: string, state: Properties, inputs: Properties): Promise<Recorded | undefined> {
    const type = this.typeOf(urn);
    return this.guarded(urn, [state, inputs], async (operation) => {
      const found = await type.read(id, revealAll(state), operation);
      if (found === undefined) return undefined;
      const outputs = { ...carry(type, state, found.outputs), ...(wasPartial(state) ? partialMarker(type) : {}) };
      const isSame = (name: string): boolean => {
        const property = type.fields[name];
        return property === undefined || same(property, state[name], outputs[name] ?? null);
      };
      return { id: found.id, outputs, inputs: refreshedInputs(type, inputs, outputs, isSame) };
    });
  }

  /** Changes a resource in place. */
  async update(urn: string, id: string, state: Properties, news: Properties, preview: boolean): Promise<Properties> {
    const type = this.typeOf(urn);
    if (preview) return previewOutputs(type, news, state);
    return this.guarded(urn, [state, news], async (operation) => {
      const changed = (await type.update?.(id, revealAll(state), revealAll(news), operation)) ?? {};
      // What the engine decided stays; what the program left out and the engine doesn't fill in goes.
      const kept = Object.entries(state).filter(([name]) => {
        const property = type.fields[name];
        return property?.output === true || property?.computed === true;
      });
      return carry(type, news, { ...Object.fromEntries(kept), ...changed });
    });
  }

  /** Deletes a resource. */
  async delete(urn: string, id: string, state: Properties): Promise<void> {
    const type = this.typeOf(urn);
    await this.guarded(urn, [state], (operation) => type.delete(id, revealAll(state), operation));
  }

  /** Calls a function. */
  async invoke(token: string, args: Properties): Promise<Checked & { result: Properties }> {
    const source = this.sourceOf(token);
    const { name } = this.plugin;
    const checked = check({
      plugin: name,
      type: token,
      fields: source.fields,
      name,
      olds: {},
      news: args,
      seed: new Uint8Array(),
    });
    if (checked.failures.length > 0) return { ...checked, result: {} };
    const run = (operation: Operation): Promise<Properties> => source.invoke(revealAll(checked.inputs), operation);
    return { ...checked, result: await this.guarded("", [args], run) };
  }

  /** Runs an operation so that no message of it carries a secret. */
  private async guarded<T>(urn: string, sources: Properties[], run: (operation: Operation) => Promise<T>): Promise<T> {
    const secrets = sources.flatMap((source) => secretStrings(source));
    const show = (message: string, passing: boolean): void => this.show(urn, redact(message, secrets), passing);
    try {
      return await run({
        signal: this.aborter.signal,
        progress: (message) => show(message, true),
        log: (message) => show(message, false),
      });
    } catch (error) {
      const message = redact(messageOf(error), secrets);
      throw error instanceof PartialStateError ? new PartialStateError(message, error.state) : new Error(message);
    }
  }

  private typeOf(urn: string): ResourceType {
    const token = urn.split("::")[2]?.split("$").pop() ?? "";
    const type = this.plugin.resources.find((resource) => resource.token === token);
    if (type === undefined) throw new Error(this.notKnown(token));
    return type;
  }

  private sourceOf(token: string): DataSource {
    const source = this.plugin.dataSources?.find((candidate) => candidate.token === token);
    if (source === undefined) throw new Error(this.notKnown(token));
    return source;
  }

  private notKnown(token: string): string {
    const { name } = this.plugin;
    return (
      `the stand-in for ${name} doesn't know ${token}; ` +
      `install the official plugin (pulumi plugin install resource ${name}) or add it to the stand-in`
    );
  }
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The engine adds the package's version and download address to a provider's configuration. */
function withoutVersion(plugin: Plugin): Plugin["config"] {
  return { ...plugin.config, version: { kind: "string" }, pluginDownloadURL: { kind: "string" } };
}
