/** `docker.RemoteImage`: pulls an image to the engine or builds it there. */
import Docker from "dockerode";
import { DataSource, Operation, ResourceType, State, text } from "../framework/resource";
import { bool, Fields, int, list, map, object, set, string } from "../framework/schema";
import { isObject, Properties } from "../framework/values";
import { buildImage } from "./build";
import { ask, isNotFound } from "./engine";
import { timeouts } from "./containerFields";
import { findImage, inspectImage, repoDigest } from "./images";

const buildxOnly = { refused: "it needs the buildx builder, and the stand-in builds with the classic one" };
const notYet = { refused: "it isn't needed yet; install the official plugin" };
const forceNew = true;

const build = object(
  {
    context: string({ required: true }),
    dockerfile: string({ default: "Dockerfile" }),
    buildArgs: map(),
    label: map(),
    labels: map(),
    tags: list(string()),
    target: string(),
    noCache: bool(),
    pullParent: bool(),
    remove: bool({ default: true }),
    forceRemove: bool(),
    networkMode: string(),
    extraHosts: list(string()),
    memory: int(),
    memorySwap: int(),
    cpuShares: int(),
    cpuSetCpus: string(),
    cpuPeriod: int(),
    cpuQuota: int(),
    shmSize: int(),
    squash: bool(),
    platform: string(),
    useLegacyBuilder: bool({
      check: (value) =>
        value === true ? undefined : "can only be true with the stand-in, which builds with the classic builder",
    }),
    additionalContexts: list(string(), buildxOnly),
    builder: string(buildxOnly),
    buildLogFile: string(buildxOnly),
    cacheFroms: list(string(), buildxOnly),
    cacheTos: list(string(), buildxOnly),
    provenance: string(buildxOnly),
    sbom: string(buildxOnly),
    secrets: list(object({}), buildxOnly),
    authConfigs: list(object({}), notYet),
    buildId: string(notYet),
    cgroupParent: string(notYet),
    cpuSetMems: string(notYet),
    isolation: string(notYet),
    remoteContext: string(notYet),
    securityOpts: list(string(), notYet),
    sessionId: string(notYet),
    suppressOutput: bool(notYet),
    ulimits: list(object({}), notYet),
    version: string(notYet),
  },
  { forceNew },
);

const fields: Fields = {
  name: string({ required: true, forceNew }),
  build,
  platform: string({ forceNew }),
  pullTriggers: set(string(), { forceNew }),
  triggers: map({ forceNew }),
  keepLocally: bool(),
  forceRemove: bool(),
  imageId: string({ output: true }),
  repoDigest: string({ output: true }),
};

function stateOf(name: string, image: Docker.ImageInspectInfo): State {
  return { id: `${image.Id}${name}`, outputs: { name, imageId: image.Id, repoDigest: repoDigest(name, image) } };
}

async function create(engine: Docker, inputs: Properties, operation: Operation): Promise<State> {
  const name = text(inputs["name"]);
  const how = inputs["build"];
  if (isObject(how)) await buildImage(engine, name, how, operation);
  const find = (): Promise<Docker.ImageInspectInfo> => findImage(engine, name, text(inputs["platform"]), operation);
  return stateOf(name, await ask("Unable to read Docker image into resource", find));
}

async function remove(engine: Docker, state: Properties): Promise<void> {
  const name = text(state["name"]);
  if (state["keepLocally"] === true || (await inspectImage(engine, name)) === undefined) return;
  try {
    await ask("Unable to remove Docker image", () =>
      engine.getImage(name).remove({ force: state["forceRemove"] === true }),
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** The resource type `docker:index/remoteImage:RemoteImage`. */
export function remoteImageType(engine: () => Promise<Docker>): ResourceType {
  return {
    token: "docker:index/remoteImage:RemoteImage",
    timeouts,
    fields,
    validate: (inputs) =>
      inputs["build"] !== undefined && inputs["pullTriggers"] !== undefined
        ? [{ property: "build", reason: '"build": conflicts with pullTriggers' }]
        : [],
    create: async (inputs, operation) => create(await engine(), inputs, operation),
    read: async (_id, state) => {
      const name = text(state["name"]);
      const image = await inspectImage(await engine(), name);
      return image === undefined
        ? undefined
        : { ...stateOf(name, image), outputs: { ...state, ...stateOf(name, image).outputs } };
    },
    // `keepLocally` and `forceRemove` are wishes about the deletion: recording them is all there is to do.
    update: () => Promise.resolve({}),
    delete: async (_id, state) => remove(await engine(), state),
  };
}

/** The function `docker.getRemoteImage`: finds an image that the engine has. */
export function getRemoteImage(engine: () => Promise<Docker>): DataSource {
  return {
    token: "docker:index/getRemoteImage:getRemoteImage",
    fields: { name: string({ required: true }) },
    invoke: async ({ name }) => {
      const image = await inspectImage(await engine(), text(name));
      if (image === undefined) throw new Error(`did not find docker image '${text(name)}'`);
      return { id: image.Id, name: text(name), repoDigest: repoDigest(text(name), image) };
    },
  };
}
