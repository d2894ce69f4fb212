import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { stopGraceSeconds } from "../../fleet/security";
import type { Host } from "../../fleet/types";
import { engineClient } from "../host/engineClient";
import { ignoreAbsentOrGoing } from "../host/engineErrors";
import { stackIdLabel } from "./serviceContext";

/** The longest request of the hook is a container's stop, and that one is waited for. */
const hookDeadlineSeconds = 2 * stopGraceSeconds;

/** Labels that say whose a Docker object is. */
const identityLabels = [stackIdLabel, "odoo-fleet.environment", "odoo-fleet.tenant", "odoo-fleet.service"];

/**
 * A hook that runs before a container, network or volume is created and finds what is there under its name already.
 *
 * A run that is killed between the engine's answer and the note in the state leaves an object that the state doesn't
 * know, and the next run would fail on its name, port or subnet. When the hook runs, an object that the state knew
 * is already gone (`deleteBeforeReplace`), so one with the same name and the same labels is such an orphan. A
 * container or network is removed; it holds no data. A volume is kept: the engine reuses it by its name.
 * An object of another stack, or without the fleet's labels, is refused by name, so that no two stacks ever share a volume.
 *
 * @param name tells the hooks of a stack apart.
 */
export function orphanHooks(name: string, host: Host): pulumi.ResourceHookBinding {
  const hook = new pulumi.ResourceHook(`odoo-fleet-orphans-${name}`, async ({ type, newInputs }) => {
    const engine = engineClient(host, hookDeadlineSeconds);
    const { name: object, labels } = declared(newInputs as Record<string, unknown>);
    // Images belong to no stack: they are named by their content, and other stacks may use them too.
    if (type === "docker:index/container:Container") {
      await removeContainer(engine, object, labels);
    } else if (type === "docker:index/network:Network") {
      await removeNetwork(engine, object, labels);
    } else if (type === "docker:index/volume:Volume") {
      const found = await engine.getVolume(object).inspect().catch(ignoreAbsentOrGoing);
      if (found) {
        assertOurs("volume", object, labels, found.Labels ?? {});
      }
    }
  });
  return { beforeCreate: [hook] };
}

async function removeContainer(engine: Docker, name: string, labels: Record<string, string>): Promise<void> {
  const container = engine.getContainer(name);
  const found = await container.inspect().catch(ignoreAbsentOrGoing);
  if (!found) {
    return;
  }
  assertOurs("container", name, labels, found.Config.Labels);
  await pulumi.log.warn(
    `container ${name} was left behind by an interrupted run; it is replaced (its data is in volumes)`,
  );
  await container.stop({ t: stopGraceSeconds }).catch(ignoreAbsentOrGoing);
  await container.remove({ force: true, v: true }).catch(ignoreAbsentOrGoing);
}

async function removeNetwork(engine: Docker, name: string, labels: Record<string, string>): Promise<void> {
  const network = engine.getNetwork(name);
  const found: Docker.NetworkInspectInfo | undefined = await network.inspect().catch<undefined>(ignoreAbsentOrGoing);
  if (!found) {
    return;
  }
  assertOurs("network", name, labels, found.Labels ?? {});
  await pulumi.log.warn(`network ${name} was left behind by an interrupted run; it is replaced`);
  for (const id of Object.keys(found.Containers ?? {})) {
    await network.disconnect({ Container: id, Force: true });
  }
  await network.remove().catch(ignoreAbsentOrGoing);
}

/** Name and labels as the program declares them. */
function declared(inputs: Record<string, unknown>): { name: string; labels: Record<string, string> } {
  const list = (inputs["labels"] ?? []) as { label: string; value: string }[];
  return { name: inputs["name"] as string, labels: Object.fromEntries(list.map(({ label, value }) => [label, value])) };
}

function assertOurs(kind: string, name: string, ours: Record<string, string>, theirs: Record<string, string>): void {
  const differs = identityLabels.find((label) => theirs[label] !== ours[label]);
  if (differs) {
    throw new Error(
      `the ${kind} ${name} already exists and belongs to another stack (its label ${differs} is ` +
        `${theirs[differs] ?? "absent"}, this stack's is ${ours[differs]}). It was not changed. Use another environment ` +
        "name, remove it, or import it into this stack's state (pulumi import)",
    );
  }
}
