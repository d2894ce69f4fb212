/** `docker.Container`: makes, reads, changes and deletes containers with the official plugin's calls and refusals. */
import Docker from "dockerode";
import { messageOf, Operation, PartialStateError, ResourceType, State, text } from "../framework/resource";
import { Properties } from "../framework/values";
import { containerFields, validateContainer } from "./containerFields";
import { createOptions, resources } from "./containerSpec";
import { containerOutputs } from "./containerState";
import { ask, askIfFound, isNotFound, isUnchanged } from "./engine";
import { findImage } from "./images";
import { attachToEnd, waitUntilHealthy, waitUntilRunning } from "./containerWaits";
import { connectNetworks } from "./containerNetworks";
import { uploadAll } from "./uploads";

/** The container ran and ended at once: nothing is left of it, so there is no state to record. */
class ExitedError extends Error {}

async function start(container: Docker.Container): Promise<void> {
  try {
    await ask("Unable to start container", () => container.start());
  } catch (error) {
    if (!isUnchanged(error)) throw error;
  }
}

/** Everything after the container exists; a failure leaves it behind, with its state recorded. */
async function bringUp(
  engine: Docker,
  container: Docker.Container,
  inputs: Properties,
  operation: Operation,
): Promise<Properties> {
  await connectNetworks(engine, container, inputs["networksAdvanced"]);
  await uploadAll(container, inputs);
  if (inputs["start"] === false) return {};
  await start(container);
  if (inputs["wait"] === true) await waitUntilHealthy(container, Number(inputs["waitTimeout"]), operation);
  const logs = inputs["attach"] === true ? await attachToEnd(container, inputs["logs"] === true, operation) : undefined;
  if (inputs["mustRun"] !== false) {
    const timeout = Number(inputs["containerReadRefreshTimeoutMilliseconds"]);
    const exitCode = await waitUntilRunning(container, timeout, operation);
    if (exitCode !== undefined) {
      await remove(container, inputs);
      throw new ExitedError(`container exited immediately (exit code ${exitCode})`);
    }
  }
  return logs === undefined ? {} : { containerLogs: logs };
}

async function create(engine: Docker, inputs: Properties, operation: Operation): Promise<State> {
  const image = text(inputs["image"]);
  await ask(`Unable to create container with image ${image}`, () =>
    findImage(engine, image, text(inputs["platform"]), operation),
  );
  const container = await ask("Unable to create container", () => engine.createContainer(createOptions(inputs)));
  try {
    const extra = await bringUp(engine, container, inputs, operation);
    const info = await ask("Unable to inspect container", () => container.inspect());
    return { id: container.id, outputs: { ...containerOutputs(info), ...extra } };
  } catch (error) {
    if (error instanceof ExitedError) throw error;
    const info = await askIfFound("Unable to inspect container", () => container.inspect()).catch(() => undefined);
    // Without `rm` it's still there: what is recorded is what the next update replaces and a destroy deletes.
    if (info === undefined && inputs["rm"] === true) throw error;
    const outputs = info === undefined ? {} : containerOutputs(info);
    throw new PartialStateError(messageOf(error), { id: container.id, outputs });
  }
}

async function read(engine: Docker, id: string, state: Properties): Promise<State | undefined> {
  const info = await askIfFound("error fetching container information from Docker", () =>
    engine.getContainer(id).inspect(),
  );
  if (info === undefined || info.State.Dead) return undefined;
  const shouldRun = state["mustRun"] !== false && state["start"] !== false;
  // A container that should run and doesn't shows as `mustRun: false`, so that the next update starts it in place:
  // https://github.com/kreuzwerker/terraform-provider-docker/pull/841
  const stopped: Properties = shouldRun && !info.State.Running ? { mustRun: false } : {};
  return { id: info.Id, outputs: { ...state, ...containerOutputs(info), ...stopped } };
}

/** The inputs that the engine takes on a container that exists. */
const changeable = [
  "restart",
  "maxRetryCount",
  "cpuShares",
  "memory",
  "cpuSet",
  "memorySwap",
  "memoryReservation",
  "cpuPeriod",
  "cpuQuota",
];

async function update(
  engine: Docker,
  id: string,
  state: Properties,
  inputs: Properties,
  operation: Operation,
): Promise<Properties> {
  const container = engine.getContainer(id);
  if (changeable.some((name) => (state[name] ?? 0) !== (inputs[name] ?? 0))) {
    await ask("Unable to update a container", () => container.update(resources(inputs)));
  }
  if (inputs["mustRun"] === true && inputs["start"] !== false && state["mustRun"] === false) {
    await start(container);
    const timeout = Number(inputs["containerReadRefreshTimeoutMilliseconds"]);
    const exitCode = await waitUntilRunning(container, timeout, operation);
    if (exitCode !== undefined) throw new Error(`container exited immediately (exit code ${exitCode})`);
    const { ports, networkDatas } = containerOutputs(await container.inspect());
    return { ...(ports !== undefined && { ports }), ...(networkDatas !== undefined && { networkDatas }) };
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
export function containerType(engine: () => Docker): ResourceType {
  return {
    token: "docker:index/container:Container",
    schemaVersion: "2",
    fields: containerFields,
    taintedOutputs: ["containerLogs"],
    deleteBeforeReplace: true,
    validate: validateContainer,
    create: (inputs, operation) => create(engine(), inputs, operation),
    read: (id, state) => read(engine(), id, state),
    update: (id, state, inputs, operation) => update(engine(), id, state, inputs, operation),
    delete: (id, state) => remove(engine().getContainer(id), state),
  };
}
