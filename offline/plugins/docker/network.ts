/** `docker.Network` and `docker.getNetwork`. */
import Docker from "dockerode";
import { DataSource, messageOf, objects, Operation, ResourceType, State, strings, text } from "../framework/resource";
import { allForceNew, bool, Fields, map, object, set, string } from "../framework/schema";
import { Properties, PropertyValue } from "../framework/values";
import { label } from "./containerFields";
import { labelMap } from "./containerSpec";
import { ask } from "./engine";
import { retryRemoval } from "./removal";

const fields: Fields = {
  ...allForceNew({
    name: string({ required: true, autoName: true }),
    driver: string({ computed: true }),
    internal: bool({ computed: true }),
    attachable: bool(),
    ingress: bool(),
    ipv6: bool(),
    labels: set(label),
    options: map({ computed: true }),
    ipamDriver: string({ default: "default" }),
    ipamOptions: map(),
    ipamConfigs: set(object({ subnet: string(), ipRange: string(), gateway: string(), auxAddress: map() }), {
      computed: true,
    }),
  }),
  scope: string({ output: true }),
};

function ipam(inputs: Properties): object {
  const configs = objects(inputs["ipamConfigs"]).map((config) => ({
    ...(text(config["subnet"]) !== "" && { Subnet: text(config["subnet"]) }),
    ...(text(config["ipRange"]) !== "" && { IPRange: text(config["ipRange"]) }),
    ...(text(config["gateway"]) !== "" && { Gateway: text(config["gateway"]) }),
    ...(config["auxAddress"] !== undefined && { AuxiliaryAddresses: strings(config["auxAddress"]) }),
  }));
  return { Driver: text(inputs["ipamDriver"]) || "default", Config: configs, Options: strings(inputs["ipamOptions"]) };
}

function createOptions(inputs: Properties): Docker.NetworkCreateOptions {
  return {
    Name: text(inputs["name"]),
    // Without it the engine makes a second network of the same name; newer engines always check.
    CheckDuplicate: true,
    Driver: text(inputs["driver"]) || "bridge",
    Internal: inputs["internal"] === true,
    Attachable: inputs["attachable"] === true,
    Ingress: inputs["ingress"] === true,
    EnableIPv6: inputs["ipv6"] === true,
    Labels: labelMap(inputs["labels"]),
    Options: strings(inputs["options"]),
    IPAM: ipam(inputs),
  };
}

function outputsOf(info: Docker.NetworkInspectInfo): Properties {
  const configs = (info.IPAM?.Config ?? []) as {
    Subnet?: string;
    IPRange?: string;
    Gateway?: string;
    AuxiliaryAddresses?: Properties;
  }[];
  return {
    name: info.Name,
    driver: info.Driver,
    internal: info.Internal,
    attachable: info.Attachable,
    ingress: info.Ingress,
    ipv6: info.EnableIPv6,
    scope: info.Scope,
    labels: Object.entries(info.Labels ?? {}).map(([name, value]): PropertyValue => ({ label: name, value })),
    options: info.Options ?? {},
    ipamDriver: info.IPAM?.Driver ?? "default",
    ipamOptions: info.IPAM?.Options ?? {},
    ipamConfigs: configs.map((config) => ({
      subnet: config.Subnet ?? "",
      ipRange: config.IPRange ?? "",
      gateway: config.Gateway ?? "",
      auxAddress: config.AuxiliaryAddresses ?? {},
    })),
  };
}

/** Like the official plugin, takes every error for a network that is gone, also an engine that doesn't answer. */
async function read(engine: Docker, id: string): Promise<State | undefined> {
  try {
    const info = await engine.getNetwork(id).inspect();
    return { id: info.Id, outputs: outputsOf(info) };
  } catch {
    return undefined;
  }
}

async function create(engine: Docker, inputs: Properties): Promise<State> {
  const network = await ask("Unable to create network", () => engine.createNetwork(createOptions(inputs)));
  const state = await read(engine, network.id);
  if (state === undefined)
    throw new Error(`Unable to create network: ${text(inputs["name"])} is gone right after it was created`);
  return state;
}

async function remove(engine: Docker, id: string, { signal }: Operation): Promise<void> {
  if ((await read(engine, id)) === undefined) return;
  const call = (): Promise<unknown> => ask("", () => engine.getNetwork(id).remove());
  const inUse = (error: unknown): boolean => messageOf(error).includes("has active endpoints");
  await retryRemoval(call, inUse, "pending", signal);
}

/** The resource type `docker:index/network:Network`. */
export function networkType(engine: () => Promise<Docker>): ResourceType {
  return {
    token: "docker:index/network:Network",
    schemaVersion: "1",
    fields,
    create: async (inputs) => create(await engine(), inputs),
    read: async (id) => read(await engine(), id),
    delete: async (id, _state, operation) => remove(await engine(), id, operation),
  };
}

/** The function `docker.getNetwork`: finds a network that the engine has. */
export function getNetwork(engine: () => Promise<Docker>): DataSource {
  return {
    token: "docker:index/getNetwork:getNetwork",
    fields: { name: string({ required: true }) },
    invoke: async ({ name }) => {
      const state = await read(await engine(), text(name));
      if (state === undefined) throw new Error(`could not find docker network: ${text(name)}`);
      const { driver, internal, ipamConfigs, options, scope } = state.outputs;
      return { id: state.id, name: text(name), driver, internal, ipamConfigs, options, scope } as Properties;
    },
  };
}
