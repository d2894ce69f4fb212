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

/** The networks that a container joins: by name or id, and in a preview, when these aren't known, by dependency. */
export function networksOf({ resource, props }: StackContainer, all: readonly PolicyResource[]): PolicyResource[] {
  const names = (props.networksAdvanced ?? []).flatMap((network) => known(() => network.name) ?? []);
  return attached(resource, all, { type: types.network, names, property: "networksAdvanced" });
}

/** The volumes that a container mounts. */
export function volumesOf({ resource, props }: StackContainer, all: readonly PolicyResource[]): PolicyResource[] {
  const names = [
    ...(props.volumes ?? []).flatMap((volume) => known(() => volume.volumeName) ?? []),
    ...(props.mounts ?? []).filter(({ type }) => type === "volume").flatMap((mount) => known(() => mount.source) ?? []),
  ];
  return attached(resource, all, { type: types.volume, names, property: "volumes" });
}

function attached(
  resource: PolicyResource,
  all: readonly PolicyResource[],
  by: { readonly type: string; readonly names: readonly string[]; readonly property: string },
): PolicyResource[] {
  const depends = new Set((resource.propertyDependencies[by.property] ?? []).map(({ urn }) => urn));
  return all.filter(
    (one) => one.type === by.type && (depends.has(one.urn) || identifiers(one).some((id) => by.names.includes(id))),
  );
}

function identifiers({ props }: PolicyResource): string[] {
  return ["name", "id"].flatMap((key) => known(() => props[key] as string | undefined) ?? []);
}
