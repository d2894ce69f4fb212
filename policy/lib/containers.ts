import type { ContainerArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import { labelPrefix } from "../../fleet/labels";
import { hostPath } from "./paths";

/** Inputs of a container as a rule sees them; reading one that isn't known yet throws, which the framework reports. */
export type Container = Unwrap<ContainerArgs>;

/** Reads labels by key, and touches the value of no other: that of another may not be known yet. */
export function labelsOf(props: Readonly<Record<string, unknown>>): (key: string) => string | undefined {
  const labels = props["labels"];
  if (Array.isArray(labels)) {
    const list = labels as { readonly label: string; readonly value: string }[];
    return (key) => list.find(({ label }) => label === key)?.value;
  }
  return (key) => (labels as Record<string, string> | undefined)?.[key];
}

/** One of the fleet's own labels, without its prefix: `service`, `tenant`, `host`... */
export function fleetLabel(resource: object, name: string): string | undefined {
  return labelsOf(resource as Record<string, unknown>)(`${labelPrefix}.${name}`);
}

/**
 * Whether a container is only there for its mounts: created, never started by the provider, and never again by the engine. Nothing
 * runs in it, so limits, healthcheck, restart and the like have no meaning for it. One of a suspended tenant has a policy of
 * restarts: it is started some day, and judged as what it is then.
 */
export function neverRuns({ start, mustRun, restart = "no" }: Container): boolean {
  return start === false && mustRun === false && restart === "no";
}

/** Whether a container does its work once and ends. */
export function isJob(container: Container): boolean {
  return neverRuns(container) || (container.mustRun === false && container.restart === "no");
}

/** What is wrong with a namespace (network, processes...) that a container doesn't have for itself. */
export function notItsOwn(mode: string, namespace: string): string[] {
  if (/^host$/i.test(mode.trim())) {
    return [`the container uses the host's ${namespace}`];
  }
  return /^container:/i.test(mode) ? [`the container uses another container's ${namespace}`] : [];
}

/** Paths of the host that a container mounts, normalised. */
export function mountedHostPaths({ volumes = [], mounts = [] }: Container): string[] {
  return [
    ...volumes.map(({ hostPath: path }) => path),
    // The engine takes a volume's name that is a path for a folder of the host.
    ...volumes.filter(({ hostPath: path }) => path === undefined || path === "").map(pathAsName),
    ...mounts.filter(({ type }) => type === "bind" || type === "npipe").map(({ source }) => source),
  ].flatMap((path) => (path ? [hostPath(path)] : []));
}

/** The name may not be known yet, and then it is no path: those are written down. */
function pathAsName(volume: { readonly volumeName?: string }): string | undefined {
  const name = known(() => volume.volumeName);
  return name !== undefined && /^([/\\]|[A-Za-z]:[/\\])/.test(name) ? name : undefined;
}

/** The value, or undefined when it isn't known yet. */
export function known<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && error.constructor.name === "UnknownValueError") {
      return undefined;
    }
    throw error;
  }
}

/** Where a container mounts volumes. */
export function mountPoints({ volumes = [], mounts = [] }: Container): string[] {
  return [...volumes.map(({ containerPath }) => containerPath ?? ""), ...mounts.map(({ target }) => target)];
}
