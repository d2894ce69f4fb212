/** What happened to the engine between two captured calls, done again by the Docker CLI. */
import { spawnSync } from "node:child_process";

/** Done before the case of that name, over what the earlier ones left. */
const steps: Record<string, string[]> = {
  "container.web.drift.stopped": ["stop o-web"],
  "container.web.drift.killed": ["start o-web", "kill o-web"],
  "container.web.drift.paused": ["start o-web", "pause o-web"],
  "container.web.drift.memory": ["unpause o-web", "update --memory 48m --memory-swap 48m o-web"],
  "container.web.drift.restart-policy": ["update --memory 64m --memory-swap 64m o-web", "update --restart no o-web"],
  "container.web.drift.cpus": ["update --restart unless-stopped o-web", "update --cpus 0.75 o-web"],
  "container.web.drift.renamed": ["update --cpus 0.5 o-web", "rename o-web o-renamed"],
  "container.web.drift.network-disconnected": ["rename o-renamed o-web", "network disconnect o-front o-web"],
  "container.web.drift.network-connected": [
    "network connect --ip 10.198.2.3 o-front o-web",
    "network connect o-minimal o-web",
  ],
  "container.web.update.memory-up": ["network disconnect o-minimal o-web"],
  "container.web.drift.removed": ["rm --force o-web"],
  "network.internal.drift.removed": ["network rm o-internal"],
  "volume.data.drift.removed": ["volume rm o-data"],
  "errors.volume.delete-in-use": ["create --name o-user --volume o-vol:/x odoo-fleet.local/nginx:1"],
  "partial.volume.drift.removed": ["volume rm o-pv"],
  "stopped.no-ports.drift.stopped": ["stop o-s1"],
  "stopped.no-ports.update.unrefreshed": ["stop o-s1"],
  "stopped.port-random.drift.stopped": ["stop o-s2"],
  "stopped.may-stop.drift.stopped": ["stop o-s3"],
  // Until it has ended again, as it does at once.
  "stopped.writer-started.drift.started": ["start --attach o-s4"],
  // Creating it doesn't wait for its end, which was captured as there.
  "ends.must-run.read": ["wait o-ends-must-run"],
  "variant.runs-and-ends.read": ["wait o-28"],
};

/** Which cases share an engine's contents; between groups everything goes. */
const groups = [
  "network|volume|container",
  "variants?",
  "image",
  "errors",
  "partial|ends",
  "deletion",
  "stopped",
  "internal|failed-update",
];

/** The group of a case. */
export function groupOf(caseId: string): string {
  return groups.find((group) => new RegExp(`^(${group})\\.`).test(caseId)) ?? caseId;
}

const listed = (...args: string[]): string[] =>
  spawnSync("docker", args, { encoding: "utf8" })
    .stdout.split("\n")
    .filter((line) => line !== "");

/** Removes the containers of the cases. They have names that begin with `o-`, or with the resource's. */
export function removeContainers(): void {
  const names = listed("ps", "--all", "--format", "{{.Names}}").filter((name) => /^(o-|variant)/.test(name));
  if (names.length > 0) spawnSync("docker", ["rm", "--force", "--volumes", ...names], { stdio: "ignore" });
}

/** Removes everything that the cases made. */
export function removeEverything(): void {
  removeContainers();
  for (const kind of ["network", "volume"]) {
    const names = listed(kind, "ls", "--format", "{{.Name}}").filter((name) => /^(o-|network-auto)/.test(name));
    if (names.length > 0) spawnSync("docker", [kind, "rm", ...names], { stdio: "ignore" });
  }
}

/** Plays what happened before a case. A step that finds its work done is no failure: the case tells. */
export function drift(caseId: string): void {
  for (const step of steps[caseId] ?? []) spawnSync("docker", step.split(" "), { stdio: "ignore" });
}
