import type Docker from "dockerode";
import type { ConfigProblem } from "../../fleet/errors";
import { labelPrefix } from "../../fleet/labels";
import { portalName } from "../../fleet/portalTypes";
import type { Host } from "../../fleet/types";
import type { DeclaredObject, ObjectKind } from "../container/serviceContext";
import type { StoredObject } from "./stackState";

/** Names of what an engine has, by kind. */
export type EngineObjects = Readonly<Record<ObjectKind, ReadonlySet<string>>>;

/** Asks an engine for its networks and volumes. @param containers names of its containers, which are known. */
export async function readObjects(engine: Docker, containers: Iterable<string>): Promise<EngineObjects> {
  const networks = await engine.listNetworks();
  const { Volumes: volumes } = await engine.listVolumes();
  return {
    container: new Set(containers),
    network: new Set(networks.map(({ Name }) => Name)),
    volume: new Set(volumes.map(({ Name }) => Name)),
  };
}

/**
 * Whether nothing is missed without it: a container that only carried files into volumes has done so. `docker container prune` takes it
 * away, and a refresh makes it anew.
 *
 * @param service the object's label.
 */
function isDispensable(kind: ObjectKind, service: string): boolean {
  return kind === "container" && service.endsWith("-config");
}

/**
 * What to know before a run of a host whose engine has lost containers or networks of the stack; undefined: it has all. The run may
 * replace what is on such a network, and fails at that, as Pulumi makes anew what a refresh has missed and nothing else.
 *
 * @param stored those of the stack's state.
 * @param found names of what the engine has.
 */
export function lossWarning(
  stored: readonly StoredObject[],
  found: Pick<EngineObjects, "container" | "network">,
  host: Pick<Host, "name">,
): string | undefined {
  const lost = stored.filter(
    ({ kind, name, service }) => kind !== "volume" && !found[kind].has(name) && !isDispensable(kind, service),
  );
  const named = lost.slice(0, 3).map(({ kind, name }) => `${kind} ${name}`);
  const more = lost.length > named.length ? [`${lost.length - named.length} more`] : [];
  return lost.length === 0
    ? undefined
    : `host ${host.name}: gone from its engine without this stack: ${[...named, ...more].join(", ")}. ` +
        "make refresh (pulumi up --refresh) makes them anew; a run that doesn't refresh can fail at what is on them";
}

/** What of declared objects a host's engine hasn't any more. Pure: what it has is asked before. */
export function missingObjects(
  objects: readonly Omit<DeclaredObject, "resource">[],
  found: EngineObjects,
  host: Pick<Host, "name">,
): ConfigProblem[] {
  return objects
    .filter(
      ({ kind, name, labels }) => !found[kind].has(name) && !isDispensable(kind, labelOf(labels, "service") ?? ""),
    )
    .map(({ kind, name, labels, isProtected }) => ({
      path: pathOf(labelOf(labels, "tenant"), host),
      value: `${kind} ${name} on host ${host.name} is gone`,
      expected: "it is there, as it was made; nothing that is declared of it changed, so it was left as it is",
      wayOut: `make refresh (pulumi up --refresh) makes it anew${isProtected ? ", and empty: what it held is in backups and their copies alone (docs/backups.md)" : ""}`,
    }));
}

function labelOf(labels: DeclaredObject["labels"], label: "service" | "tenant"): string | undefined {
  return labels[`${labelPrefix}.${label}`] as string | undefined;
}

function pathOf(tenant: string | undefined, host: Pick<Host, "name">): string {
  if (tenant === undefined) {
    return `odoo-fleet:hosts.${host.name}`;
  }
  return tenant === portalName ? "odoo-fleet:portal" : `odoo-fleet:tenants.${tenant}`;
}
