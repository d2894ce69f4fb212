/** Turns a {@link Plugin} into the operations that the Pulumi engine asks of a provider. */
import { check, Checked } from "./check";
import { Change, same } from "./diff";
import { previewOutputs, record, refreshedInputs } from "./outputs";
import { DataSource, messageOf, Operation, PartialStateError, Plugin, ResourceType, State } from "./resource";
import { isZero, Kind } from "./schema";
import { Properties, PropertyValue, redact, revealAll, secretStrings } from "./values";

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
      // A provider's own configuration has no defaults that are listed.
      dialect: { ...this.plugin.dialect, fillsIn: false },
      name,
      olds: {},
      news,
      seed: new Uint8Array(),
    });
  }

  /**
   * Makes the provider ready; errors name what can't be reached.
   *
   * @param variables the configuration as the flat map that Pulumi's engine sends beside it, by `NAME:config:KEY`.
   */
  async configure(config: Properties, variables: ReadonlyMap<string, string> = new Map()): Promise<void> {
    const { failures, inputs } = this.checkConfig(config);
    if (failures.length > 0) throw new Error(failures.map((failure) => failure.reason).join("\n"));
    await this.plugin.configure(revealAll(inputs), variables);
  }

  /** Checks a resource's inputs and fills in defaults. */
  check(urn: string, olds: Properties, news: Properties, seed: Uint8Array): Checked {
    const type = this.typeOf(urn);
    const { name } = this.plugin;
    const { dialect } = this.plugin;
    const resource = nameOf(urn);
    const args = { plugin: name, type: type.token, fields: type.fields, dialect, name: resource, olds, news, seed };
    const result = check(args);
    if (result.failures.length > 0) return result;
    for (const { property, reason } of type.validate?.(revealAll(result.inputs)) ?? []) {
      result.failures.push({ property, reason: dialect.words.failure(reason, resource, property) });
    }
    return result;
  }

  /**
   * Compares a state with new inputs. A resource that failed while it was made is compared like any other, as with the
   * official plugins: Pulumi's engine replaces it where the program asks for that (`replaceOnChanges: ["#initerror"]`).
   */
  diff(urn: string, state: Properties, news: Properties, ignore: string[]): Difference {
    const type = this.typeOf(urn);
    const changes = this.plugin.dialect.diff(type.fields, state, news, ignore);
    const named =
      type.fields["name"]?.autoName === true && !(news["__defaults"] as string[] | undefined)?.includes("name");
    const replaces = changes.some(({ replace }) => replace);
    return { changes, deleteBeforeReplace: replaces && (type.deleteBeforeReplace === true || named) };
  }

  /** Makes a resource; in a preview, says what would be known of it. */
  async create(urn: string, inputs: Properties, preview: boolean): Promise<State> {
    const type = this.typeOf(urn);
    if (preview) return { id: type.previewedId?.(nameOf(urn)) ?? "", outputs: this.preview(type, inputs, {}) };
    return this.guarded({ urn, verb: "creating" }, [inputs], async (operation) => {
      try {
        return this.record(type, await type.create(revealAll(inputs), operation), inputs, true);
      } catch (error) {
        if (!(error instanceof PartialStateError)) throw error;
        throw new PartialStateError(error.message, this.record(type, error.state, inputs, true));
      }
    });
  }

  private preview(type: ResourceType, inputs: Properties, state: Properties): Properties {
    return previewOutputs({ dialect: this.plugin.dialect, type }, inputs, state);
  }

  private record(type: ResourceType, state: State, source: Properties, fresh: boolean): State {
    return record({ dialect: this.plugin.dialect, type }, state, source, fresh);
  }

  /** Reads a resource as it is now; nothing if it's gone. */
  async read(urn: string, id: string, state: Properties, inputs: Properties): Promise<Recorded | undefined> {
    const type = this.typeOf(urn);
    return this.guarded({ urn, verb: "refreshing" }, [state, inputs], async (operation) => {
      const found = await type.read(id, revealAll(state), operation);
      if (found === undefined) return undefined;
      const { outputs } = this.record(type, found, state, false);
      const isSame = (name: string): boolean => {
        const property = type.fields[name];
        return property === undefined || same(property, outputs[name], inputs[name] ?? null);
      };
      return { id: found.id, outputs, inputs: refreshedInputs(type, inputs, outputs, isSame) };
    });
  }

  /** Changes a resource in place. */
  async update(urn: string, id: string, state: Properties, news: Properties, preview: boolean): Promise<Properties> {
    const type = this.typeOf(urn);
    if (preview) return this.preview(type, news, state);
    this.plugin.dialect.beforeUpdate(urn, this.plugin.dialect.diff(type.fields, state, news, []));
    return this.guarded({ urn, verb: "updating" }, [state, news], async (operation) => {
      const { dialect } = this.plugin;
      const kept = dialect.keepsLeftOut ? leftOut(type, state, news) : {};
      const recorded = (changed: Properties): State =>
        this.record(type, { id, outputs: { ...kept, ...changed } }, news, !dialect.keepsLeftOut);
      try {
        return recorded((await type.update?.(id, revealAll(state), revealAll(news), operation)) ?? {}).outputs;
      } catch (error) {
        // As with the official plugins, what was wanted is recorded although the engine refused it.
        if (!dialect.recordsRefused) throw error;
        throw new PartialStateError(messageOf(error), recorded({}));
      }
    });
  }

  /** Deletes a resource. */
  async delete(urn: string, id: string, state: Properties): Promise<void> {
    const type = this.typeOf(urn);
    await this.guarded({ urn, verb: "deleting" }, [state], (operation) => type.delete(id, revealAll(state), operation));
  }

  /** Calls a function. */
  async invoke(token: string, args: Properties): Promise<Checked & { result: Properties }> {
    const source = this.sourceOf(token);
    const { name } = this.plugin;
    const checked = check({
      plugin: name,
      type: token,
      fields: source.fields,
      dialect: this.plugin.dialect,
      name,
      olds: {},
      news: args,
      seed: new Uint8Array(),
    });
    if (checked.failures.length > 0) return { ...checked, result: {} };
    const run = (operation: Operation): Promise<Properties> => source.invoke(revealAll(checked.inputs), operation);
    return { ...checked, result: await this.guarded({ urn: "", verb: "" }, [args], run) };
  }

  /** Runs an operation so that no message of it carries a secret, and with its errors in the official plugin's form. */
  private async guarded<T>(
    { urn, verb }: { urn: string; verb: string },
    sources: Properties[],
    run: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const secrets = sources.flatMap((source) => secretStrings(source));
    const show = (message: string, passing: boolean): void => this.show(urn, redact(message, secrets), passing);
    try {
      return await run({
        name: nameOf(urn),
        signal: this.aborter.signal,
        progress: (message) => show(message, true),
        log: (message) => show(message, false),
      });
    } catch (error) {
      const partial = error instanceof PartialStateError;
      // Nothing is in the state yet: the official plugins leave the resource's name out then.
      const named = partial || verb !== "creating";
      const words = this.plugin.dialect.words.error(messageOf(error), verb, named ? urn : undefined);
      const message = verb === "" ? messageOf(error) : words;
      const clean = redact(message, secrets);
      throw partial ? new PartialStateError(clean, error.state) : new Error(clean);
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

/** What stays in a state of the properties that the program leaves out: all of the engine's, and zero for the others. */
function leftOut({ fields }: ResourceType, state: Properties, news: Properties): Properties {
  const entries = Object.entries(fields).filter(([name]) => (news[name] ?? null) === null && name in state);
  return Object.fromEntries(
    entries.map(([name, property]): [string, PropertyValue] => {
      const value = state[name] ?? null;
      const stays = property.output === true || property.computed === true || property.emptyKeeps === true;
      return [name, stays || isZero(value) ? value : (zero[property.kind] ?? null)];
    }),
  );
}

const zero: Partial<Record<Kind, PropertyValue>> = { int: 0, number: 0, string: "", bool: false };

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The engine adds the package's version and download address to a provider's configuration. */
function withoutVersion(plugin: Plugin): Plugin["config"] {
  return { ...plugin.config, version: { kind: "string" }, pluginDownloadURL: { kind: "string" } };
}
