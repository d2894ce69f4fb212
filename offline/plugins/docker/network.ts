/** `docker.Network` and `docker.getNetwork`. */
import Docker from "dockerode";
import { DataSource, messageOf, objects, Operation, ResourceType, State, strings, text } from "../framework/resource";
import { allForceNew, bool, Fields, map, object, set, string } from "../framework/schema";
import { Properties, PropertyValue } from "../framework/values";
import { label } from "./containerFields";
import { labelMap } from "./containerSpec";
import { ask, askIfFound, isNotFound, retry } from "./engine";

/** How long a network may stay in use while it's deleted, in milliseconds: the official plugin's. */
const removeTimeout = 30_000;

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
    ipamOptions: map({ computed: true }),
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

async function read(engine: Docker, id: string): Promise<State | undefined> {
  const inspect = async (): Promise<Docker.NetworkInspectInfo> => await engine.getNetwork(id).inspect();
  const info = await askIfFound("Unable to inspect network", inspect);
  return info === undefined ? undefined : { id: info.Id, outputs: outputsOf(info) };
}

async function create(engine: Docker, inputs: Properties): Promise<State> {
  const network = await ask("Unable to create network", () => engine.createNetwork(createOptions(inputs)));
  const state = await read(engine, network.id);
  if (state === undefined)
    throw new Error(`Unable to create network: ${text(inputs["name"])} is gone right after it was created`);
  return state;
}

async function remove(engine: Docker, id: string, { signal }: Operation): Promise<void> {
  const call = (): Promise<unknown> => ask(`Unable to remove network ${id}`, () => engine.getNetwork(id).remove());
  try {
    await retry(call, (error) => messageOf(error).includes("has active endpoints"), removeTimeout, signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** The resource type `docker:index/network:Network`. */
export function networkType(engine: () => Docker): ResourceType {
  return {
    token: "docker:index/network:Network",
    schemaVersion: "1",
    fields,
    create: (inputs) => create(engine(), inputs),
    read: (id) => read(engine(), id),
    delete: (id, _state, operation) => remove(engine(), id, operation),
  };
}

/** The function `docker.getNetwork`: finds a network that the engine has. */
export function getNetwork(engine: () => Docker): DataSource {
  return {
    token: "docker:index/getNetwork:getNetwork",
    fields: { name: string({ required: true }) },
    invoke: async ({ name }) => {
      const state = await read(engine(), text(name));
      if (state === undefined) throw new Error(`could not find docker network: ${text(name)}`);
      const { driver, internal, ipamConfigs, options, scope } = state.outputs;
      return { id: state.id, name: text(name), driver, internal, ipamConfigs, options, scope } as Properties;
    },
  };
}
