/** `docker.Volume`. Every change replaces it, and with it the data: the program has to guard what it holds. */
import Docker from "dockerode";
import { messageOf, Operation, ResourceType, State, strings, text } from "../framework/resource";
import { allForceNew, Fields, map, object, set, string } from "../framework/schema";
import { Properties, PropertyValue } from "../framework/values";
import { label } from "./containerFields";
import { labelMap } from "./containerSpec";
import { ask, askIfFound, isNotFound } from "./engine";
import { retryRemoval } from "./removal";

const fields: Fields = {
  ...allForceNew({
    name: string({ autoName: true, computed: true }),
    driver: string({ computed: true }),
    driverOpts: map(),
    labels: set(label),
    cluster: object({}, { refused: "it isn't needed yet; install the official plugin" }),
  }),
  mountpoint: string({ output: true }),
};

function outputsOf(info: Docker.VolumeInspectInfo): Properties {
  return {
    name: info.Name,
    driver: info.Driver,
    driverOpts: info.Options ?? {},
    labels: Object.entries(info.Labels ?? {}).map(([name, value]): PropertyValue => ({ label: name, value })),
    mountpoint: info.Mountpoint,
  };
}

async function read(engine: Docker, id: string): Promise<State | undefined> {
  const info = await askIfFound("Unable to inspect volume", () => engine.getVolume(id).inspect());
  return info === undefined ? undefined : { id: info.Name, outputs: outputsOf(info) };
}

async function create(engine: Docker, inputs: Properties): Promise<State> {
  const options = {
    Name: text(inputs["name"]),
    ...(text(inputs["driver"]) !== "" && { Driver: text(inputs["driver"]) }),
    DriverOpts: strings(inputs["driverOpts"]),
    Labels: labelMap(inputs["labels"]),
  };
  await ask("Unable to create volume", () => engine.createVolume(options));
  const state = await read(engine, options.Name);
  if (state === undefined)
    throw new Error(`Unable to create volume: ${options.Name} is gone right after it was created`);
  // The official plugin reports the labels that were asked for, also over a volume that was there with others.
  const { labels } = inputs;
  return { ...state, outputs: { ...state.outputs, labels: labels ?? [] } };
}

async function remove(engine: Docker, id: string, { signal }: Operation): Promise<void> {
  const call = (): Promise<unknown> => ask("", () => engine.getVolume(id).remove({ force: true }));
  const inUse = (error: unknown): boolean => messageOf(error).includes("volume is in use");
  try {
    await retryRemoval(call, inUse, "in_use", signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** The resource type `docker:index/volume:Volume`. */
export function volumeType(engine: () => Promise<Docker>): ResourceType {
  return {
    token: "docker:index/volume:Volume",
    schemaVersion: "1",
    fields,
    create: async (inputs) => create(await engine(), inputs),
    read: async (id) => read(await engine(), id),
    delete: async (id, _state, operation) => remove(await engine(), id, operation),
  };
}
