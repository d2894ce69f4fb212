import type { PolicyResource } from "@pulumi/policy";
import { type Container, fleetLabel, known } from "./containers";
import { types } from "./rule";

/** A container of a stack. */
export interface StackContainer {
  readonly resource: PolicyResource;
  readonly props: Container;
  readonly tenant?: string;
  readonly service?: string;
}

/** The containers of a stack. */
export function containersOf(resources: readonly PolicyResource[]): StackContainer[] {
  return resources
    .filter(({ type }) => type === types.container)
    .map((resource) => {
      const props = resource.props as Container;
      return { resource, props, tenant: fleetLabel(props, "tenant"), service: fleetLabel(props, "service") };
    });
}

/** Finds what containers are attached to. */
export interface Attachments {
  /** The networks that a container joins. */
  readonly networksOf: (container: StackContainer) => PolicyResource[];
  /** The volumes that a container mounts. */
  readonly volumesOf: (container: StackContainer) => PolicyResource[];
}

/**
 * Attachments are found by name or id, and in a preview, when these aren't known, by dependency. The stack is gone through
 * once, whatever the number of containers.
 */
export function attachmentsIn(all: readonly PolicyResource[]): Attachments {
  const byIdentifier = new Map<string, PolicyResource[]>();
  for (const one of all.filter(({ type }) => type === types.network || type === types.volume)) {
    for (const id of ["name", "id"].flatMap((key) => known(() => one.props[key] as string | undefined) ?? [])) {
      const key = `${one.type} ${id}`;
      byIdentifier.set(key, [...(byIdentifier.get(key) ?? []), one]);
    }
  }
  const attached = (
    { propertyDependencies }: PolicyResource,
    by: { readonly type: string; readonly names: readonly string[]; readonly property: string },
  ): PolicyResource[] => {
    const dependencies = (propertyDependencies[by.property] ?? []).filter(({ type }) => type === by.type);
    return [...new Set([...dependencies, ...by.names.flatMap((name) => byIdentifier.get(`${by.type} ${name}`) ?? [])])];
  };
  return {
    networksOf: ({ resource, props }) => {
      const names = (props.networksAdvanced ?? []).flatMap((network) => known(() => network.name) ?? []);
      return attached(resource, { type: types.network, names, property: "networksAdvanced" });
    },
    volumesOf: ({ resource, props }) => {
      const named = (props.mounts ?? []).filter(({ type }) => type === "volume");
      const names = [
        ...(props.volumes ?? []).flatMap((volume) => known(() => volume.volumeName) ?? []),
        ...named.flatMap((mount) => known(() => mount.source) ?? []),
      ];
      return attached(resource, { type: types.volume, names, property: "volumes" });
    },
  };
}
