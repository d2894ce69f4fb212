/** `docker.Container`: makes, reads, changes and deletes containers with the official plugin's calls and refusals. */
import Docker from "dockerode";
import { messageOf, Operation, PartialStateError, ResourceType, State, text, texts } from "../framework/resource";
import { isObject, Properties } from "../framework/values";
import { containerFields, timeouts } from "./containerFields";
import { createOptions, updateOptions } from "./containerSpec";
import { containerOutputs } from "./containerState";
import { parseDuration } from "./duration";
import { ask, askIfFound, isNotFound, isUnchanged } from "./engine";
import { findImage } from "./images";
import { attachToEnd, waitUntilHealthy } from "./containerWaits";
import { connectNetworks } from "./containerNetworks";
import { uploadAll } from "./uploads";

async function start(container: Docker.Container): Promise<void> {
  try {
    await ask("Unable to start container", () => container.start());
  } catch (error) {
    if (!isUnchanged(error)) throw error;
  }
}

/** Everything after the container exists; a failure leaves it behind. */
async function bringUp(
  engine: Docker,
  container: Docker.Container,
  inputs: Properties,
  operation: Operation,
): Promise<Properties> {
  await connectNetworks(engine, container, inputs["networksAdvanced"]);
  await uploadAll(container, inputs);
  if (inputs["start"] !== false) {
    await start(container);
    if (inputs["wait"] === true) await waitUntilHealthy(container, Number(inputs["waitTimeout"]), operation);
  }
  if (inputs["attach"] !== true) return {};
  const logs = await attachToEnd(container, inputs["logs"] === true, operation);
  return logs === undefined ? {} : { containerLogs: logs };
}

async function create(engine: Docker, inputs: Properties, operation: Operation): Promise<State> {
  const image = text(inputs["image"]);
  await ask(`Unable to create container with image ${image}`, () => findImage(engine, image, "", operation));
  await checkAgainst(engine, inputs);
  const container = await ask("Unable to create container", () => engine.createContainer(createOptions(inputs)));
  try {
    const extra = await bringUp(engine, container, inputs, operation);
    const info = await ask("Unable to inspect container", () => container.inspect());
    return { id: container.id, outputs: { ...containerOutputs(info, inputs), ...extra } };
  } catch (error) {
    // It exists: the state gets what was asked for, and nothing of what the engine made of it.
    throw new PartialStateError(messageOf(error), { id: container.id, outputs: {} });
  }
}

/** What the official plugin refuses itself before it asks the engine. */
async function checkAgainst(engine: Docker, inputs: Properties): Promise<void> {
  if (texts(inputs["command"]).includes("")) throw new Error("values for command may not be empty");
  const { healthcheck } = inputs;
  if (!isObject(healthcheck) || parseDuration(text(healthcheck["startInterval"])) === 0) return;
  const { ApiVersion } = await ask("Unable to create container", () => engine.version());
  const [major, minor] = ApiVersion.split(".").map(Number);
  if (major === 1 && Number(minor) < 44) {
    const wish = '"specify health-check start interval" requires API version 1.44';
    throw new Error(`Unable to create container: ${wish}, but the Docker daemon API version is ${ApiVersion}`);
  }
}

async function read(engine: Docker, id: string, state: Properties): Promise<State | undefined> {
  const info = await askIfFound("error fetching container information from Docker", () =>
    engine.getContainer(id).inspect(),
  );
  if (info === undefined) return undefined;
  return { id: info.Id, outputs: { ...state, ...containerOutputs(info, state), ...readCapabilities(info) } };
}

/** Capabilities of a container that was there already: the engine's full names, but for `ALL`. */
function readCapabilities({ HostConfig: { CapAdd, CapDrop } }: Docker.ContainerInspectInfo): Properties {
  const full = (names: unknown): string[] =>
    texts(names as string[]).map((name) => (name === "ALL" || name.startsWith("CAP_") ? name : `CAP_${name}`));
  const [adds, drops] = [full(CapAdd), full(CapDrop)];
  return { capabilities: adds.length + drops.length > 0 ? { adds, drops } : null };
}

/** The inputs that the official plugin changes on a container that exists; it records the others alone. */
const changeable = ["restart", "maxRetryCount", "cpuShares", "memory", "cpuSet", "memorySwap", "memoryReservation"];

async function update(engine: Docker, id: string, state: Properties, inputs: Properties): Promise<Properties> {
  const container = engine.getContainer(id);
  // A container that should run again is started, and not waited for.
  if (inputs["mustRun"] === true && inputs["start"] !== false && state["mustRun"] === false) await start(container);
  if (changeable.some((name) => (state[name] || 0) !== (inputs[name] || 0))) {
    await ask("Unable to update a container", () => container.update(updateOptions(inputs)));
  }
  return {};
}

/** True for errors that mean: it's gone or going. */
function isGoing(error: unknown): boolean {
  return isNotFound(error) || isUnchanged(error) || messageOf(error).includes("is already in progress");
}

async function remove(container: Docker.Container, state: Properties): Promise<void> {
  const unlessGoing = async (words: string, call: () => Promise<unknown>): Promise<void> => {
    try {
      await ask(words, call);
    } catch (error) {
      if (!isGoing(error)) throw error;
    }
  };
  if (state["attach"] !== true) {
    // Without a grace the container is killed: the official plugin's default.
    const grace = Number(state["destroyGraceSeconds"] ?? 0);
    await unlessGoing(`Error stopping container ${container.id}`, () => container.stop({ t: grace }));
  }
  const options = { v: state["removeVolumes"] !== false, force: true };
  await unlessGoing(`Error deleting container ${container.id}`, () => container.remove(options));
  await unlessGoing(`Error waiting for container removal '${container.id}'`, () =>
    container.wait({ condition: "removed" }),
  );
}

/** The resource type `docker:index/container:Container`. */
export function containerType(engine: () => Promise<Docker>): ResourceType {
  return {
    token: "docker:index/container:Container",
    timeouts,
    schemaVersion: "2",
    fields: containerFields,
    taintedOutputs: ["containerLogs"],
    deleteBeforeReplace: true,
    create: async (inputs, operation) => create(await engine(), inputs, operation),
    read: async (id, state) => read(await engine(), id, state),
    update: async (id, state, inputs) => update(await engine(), id, state, inputs),
    delete: async (id, state) => remove((await engine()).getContainer(id), state),
  };
}
