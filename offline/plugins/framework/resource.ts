/** What a plugin says about one of its resource types; everything else the framework does. */
import { Dialect } from "./dialect";
import { Fields } from "./schema";
import { Properties, PropertyValue, text } from "./values";

export { text };

/** A resource's state: its id and what is read from or decided by the provider. */
export interface State {
  id: string;
  outputs: Properties;
}

/** What an operation may use besides its arguments. */
export interface Operation {
  /** The resource's logical name; empty for a function. */
  name: string;
  /** Ends long waits when the user interrupts; what was made until then is recorded. */
  signal: AbortSignal;
  /** Shows a line of progress beside the resource while the operation runs. */
  progress: (message: string) => void;
  /** Shows a message beside the resource for good. */
  log: (message: string) => void;
}

/**
 * One resource type. All inputs and states that it gets are plain: secrets are opened, internal keys are left out.
 * The framework marks what comes back as secret wherever the inputs were.
 */
export interface ResourceType {
  /** Type token, as in `docker:index/container:Container`. */
  token: string;
  fields: Fields;
  /** Outputs that are always secret. */
  secretOutputs?: string[];
  /** Outputs that may repeat any input, and are secret as soon as one input is. */
  taintedOutputs?: string[];
  /** Version of the state's layout, as the official plugin numbers it. */
  schemaVersion?: string;
  /** The official plugin's timeouts in nanoseconds, which its states hold. */
  timeouts?: Record<"create" | "update" | "delete", number>;
  /** A replacement always deletes the old resource first, even under a new name. */
  deleteBeforeReplace?: boolean;
  /** What is wrong with inputs beyond a single property's check; paths and reasons. Gets unknowns in previews. */
  validate?: (inputs: Properties) => { property: string; reason: string }[];
  /** The id that a preview tells already, which a resource that is made has another of. Default: none is known. */
  previewedId?: (name: string) => string;
  create: (inputs: Properties, operation: Operation) => Promise<State>;
  /** Nothing means that the resource is gone. */
  read: (id: string, state: Properties, operation: Operation) => Promise<State | undefined>;
  /** Resolves to the outputs that changed. Without it, every change replaces. */
  update?: (id: string, state: Properties, inputs: Properties, operation: Operation) => Promise<Properties>;
  /** Deleting what is already gone succeeds. */
  delete: (id: string, state: Properties, operation: Operation) => Promise<void>;
}

/** A function that a program calls for data. */
export interface DataSource {
  token: string;
  fields: Fields;
  invoke: (args: Properties, operation: Operation) => Promise<Properties>;
}

/** A plugin. */
export interface Plugin {
  /** As in `docker`. */
  name: string;
  /** Version of the package whose official plugin this one stands for. */
  version: string;
  /** How the official plugin checks inputs. */
  dialect: Dialect;
  /** The provider's own configuration. */
  config: Fields;
  /** Gets the checked, plain configuration. */
  configure: (config: Properties, variables: ReadonlyMap<string, string>) => Promise<void>;
  resources: ResourceType[];
  dataSources?: DataSource[];
}

/** A failure after the resource came to exist: its id and state are recorded, and the next update replaces it. */
export class PartialStateError extends Error {
  constructor(
    message: string,
    readonly state: State,
  ) {
    super(message);
    this.name = "PartialStateError";
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A value as a list of strings. */
export function texts(value: PropertyValue | undefined): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

/** A value as a list of objects. */
export function objects(value: PropertyValue | undefined): Properties[] {
  return Array.isArray(value) ? (value as Properties[]) : [];
}

/** A value as strings by name. */
export function strings(value: PropertyValue | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries((value ?? {}) as Properties).map(([key, item]) => [key, text(item)]));
}
