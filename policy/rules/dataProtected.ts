import type { PolicyResource } from "@pulumi/policy";
import { configFolder, dataPaths } from "../../fleet/security";
import { known, mountPoints, neverRuns } from "../lib/containers";
import { providerDocs, type StackFault, type StackRule, types } from "../lib/rule";
import { attachmentsIn, containersOf, type StackContainer } from "../lib/stack";

/**
 * Data volumes are protected and stay.
 *
 * Severity: critical. References: none. https://www.pulumi.com/registry/packages/docker/api-docs/
 */
export const rule: StackRule = {
  kind: "stack",
  number: 30,
  name: "data-protected",
  title: "Data volumes are protected and stay",
  level: "mandatory",
  severity: "critical",
  references: [],
  url: providerDocs,
  types: [types.volume, types.container],
  properties: ["protect", "removeVolumes", "volumes"],
  why: "A customer's data, and the certificates that serve him, must survive a replaced container and a mistake in the configuration.",
  fix: "Set `protect` on the volume, `removeVolumes: false` on the container, and mount a named volume where the image keeps data.",
  check: (resources) => {
    const { volumesOf } = attachmentsIn(resources);
    return containersOf(resources)
      .filter(holdsData)
      .flatMap((container) => [
        ...removed(container),
        ...unmounted(container),
        ...unprotected(container, volumesOf(container)),
      ]);
  },
};

function holdsData({ props, service }: StackContainer): boolean {
  return dataPaths[service ?? ""] !== undefined && !neverRuns(props);
}

function removed({ resource, props }: StackContainer): StackFault[] {
  return props.removeVolumes === false
    ? []
    : [{ resource, fault: "the container takes its nameless volumes with it (removeVolumes)" }];
}

function unmounted({ resource, props, service }: StackContainer): StackFault[] {
  const paths = dataPaths[service!]!;
  return mountPoints(props).some((point) => paths.includes(point))
    ? []
    : [{ resource, fault: `no volume is mounted at ${paths.join(" or ")}, where the image keeps data` }];
}

/** Volumes of configuration are made anew from the declaration, and what is only read is somebody else's; all others hold data. */
function unprotected({ props }: StackContainer, volumes: readonly PolicyResource[]): StackFault[] {
  const other = (props.volumes ?? [])
    .filter(({ containerPath, readOnly }) => containerPath === configFolder || readOnly)
    .flatMap((volume) => known(() => volume.volumeName) ?? []);
  return volumes
    .filter((volume) => !volume.opts.protect && !other.includes(volume.props["name"] as string))
    .filter((volume) => !isConfiguration(volume))
    .map((volume) => ({ resource: volume, fault: `volume ${volume.name} holds data and is not protected` }));
}

/** In a preview the name at the mount isn't known: the component that made the volume tells. */
function isConfiguration({ parent }: PolicyResource): boolean {
  return parent?.type === "odoo-fleet:index:ServiceConfig";
}
