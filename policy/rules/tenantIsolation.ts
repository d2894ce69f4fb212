import type { PolicyResource } from "@pulumi/policy";
import { known } from "../lib/containers";
import { providerDocs, type StackFault, type StackRule, types } from "../lib/rule";
import { attachmentsIn, containersOf, type StackContainer } from "../lib/stack";

/**
 * Tenants share neither volumes nor networks.
 *
 * Severity: critical. References: none. https://www.pulumi.com/registry/packages/docker/api-docs/
 */
export const rule: StackRule = {
  kind: "stack",
  number: 34,
  name: "tenant-isolation",
  title: "Tenants share neither volumes nor networks",
  level: "mandatory",
  severity: "critical",
  references: [],
  url: providerDocs,
  types: [types.volume, types.network, types.container],
  properties: ["volumes", "networksAdvanced"],
  why: "A shared volume or network lets one customer reach another one's data.",
  fix: "Give each tenant its own; only services without a tenant may join a tenant's network.",
  check: (resources) => {
    const containers = containersOf(resources);
    const { networksOf, volumesOf } = attachmentsIn(resources);
    const written = (container: StackContainer): PolicyResource[] =>
      volumesOf(container).filter((volume) => !isReadByAll(volume, containers, volumesOf));
    return [...shared(containers, "volume", written), ...shared(containers, "network", networksOf)];
  },
};

/** Whether every container that has a volume can only read it: then none can hand another anything by it. */
function isReadByAll(
  volume: PolicyResource,
  containers: readonly StackContainer[],
  volumesOf: (container: StackContainer) => PolicyResource[],
): boolean {
  return containers.every(
    (container) =>
      !volumesOf(container).includes(volume) ||
      (container.props.volumes ?? []).some(
        (mount) => mount.readOnly === true && known(() => mount.volumeName) === volume.props["name"],
      ),
  );
}

function shared(
  containers: readonly StackContainer[],
  what: string,
  attached: (container: StackContainer) => PolicyResource[],
): StackFault[] {
  const tenants = new Map<PolicyResource, Set<string>>();
  for (const container of containers) {
    for (const one of container.tenant === undefined ? [] : attached(container)) {
      tenants.set(one, (tenants.get(one) ?? new Set()).add(container.tenant!));
    }
  }
  return [...tenants]
    .filter(([, names]) => names.size > 1)
    .map(([resource, names]) => ({
      resource,
      fault: `${what} ${resource.name} joins tenants ${[...names].sort().join(" and ")}`,
    }));
}
